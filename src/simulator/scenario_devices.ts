import type { InverterSpec, MeterSpec } from "./site_spec.ts";

/** An inverter of SolarEdge like most of them, but for the facts that are given. */
export function inverter(
  serial: string,
  name: string,
  model: string,
  phases: InverterSpec["phases"],
  facts: Partial<InverterSpec> = {},
): InverterSpec {
  return {
    serial,
    name,
    manufacturer: "SolarEdge",
    model,
    peakPowerDcKwp: null,
    phases,
    share: 1,
    communicationMethod: "ETHERNET",
    cpuVersion: "4.18.518",
    dsp1Version: null,
    dsp2Version: null,
    connectedOptimizers: 20,
    ...facts,
  };
}

/** A meter, which may measure one inverter alone. */
export function meter(
  name: string,
  of: MeterSpec["type"],
  maker: Pick<MeterSpec, "serial" | "manufacturer" | "model">,
  connectedTo = 0,
  ofInverter = false,
): MeterSpec {
  return { name, type: of, ...maker, firmwareVersion: "31", inverter: connectedTo, ofInverter };
}

/** A meter that the server computes from others: without maker, model and serial number. */
export function virtualMeter(name: string, of: MeterSpec["type"]): MeterSpec {
  const none = { serial: null, manufacturer: null, model: null };
  return { ...meter(name, of, none), firmwareVersion: "" };
}
