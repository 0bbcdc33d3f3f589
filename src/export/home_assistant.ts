/**
 * The whole hours of a series: those whose four quarter-hours are here and say something. A quarter-hour
 * without a value adds nothing: inverters send none while they sleep.
 */
export interface Hours {
  /** Starts, epoch seconds, in order. */
  readonly starts: readonly number[];
  /** Energy of each hour in thousandths of a Wh, whole numbers, so that sums stay exact. */
  readonly energies: readonly number[];
}

/** A long-term statistic of Home Assistant. */
export interface Statistic {
  /** What comes after `seh:`, in small letters, digits and single underscores. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly hours: Hours;
}

const quarterSeconds = 900;
const hourSeconds = 3600;

/** Adds up quarter-hours, which come in order of time, to hours in UTC, as Home Assistant has them. */
export function hourCollector(): {
  /** A quarter-hour: its start in epoch seconds and its energy in Wh; a negative one is no energy. */
  add(start: number, energyWh: number | null): void;
  readonly hours: Hours;
} {
  const starts: number[] = [];
  const energies: number[] = [];
  let hour = NaN;
  let next = NaN;
  let sum: number | null = null;
  return {
    add(start, energyWh) {
      if (start % hourSeconds === 0) {
        hour = next = start;
        sum = null;
      }
      if (start !== next) {
        next = NaN;
        return;
      }
      next += quarterSeconds;
      if (energyWh !== null && energyWh >= 0) sum = (sum ?? 0) + energyWh;
      if (next - hour === hourSeconds && sum !== null) {
        starts.push(hour);
        energies.push(Math.round(sum * 1000));
      }
    },
    hours: { starts, energies },
  };
}

/** A name as part of an id of Home Assistant. */
export function idPart(name: string): string {
  return name.toLowerCase().replaceAll(/[^0-9a-z]+/g, "_").replaceAll(/^_|_$/g, "");
}

/**
 * Commands `recorder/import_statistics` of Home Assistant's WebSocket API that bring a statistic, one for each year:
 * it takes messages of up to 4 MB. They lack only the `id` that the sender counts. An hour that is brought again
 * replaces itself. `state` is the energy of the hour and `sum` that of all hours up to its end, in kWh.
 */
export function* importCommands({ id, name, hours }: Statistic): Generator<string> {
  const metadata = JSON.stringify({
    source: "seh",
    statistic_id: `seh:${id}`,
    name,
    unit_of_measurement: "kWh",
    unit_class: "energy",
    has_mean: false,
    // It has no mean. Home Assistant asks for `mean_type` from 2025.11 on, for `has_mean` before.
    mean_type: 0,
    has_sum: true,
  });
  let year = "";
  let stats: string[] = [];
  let sum = 0;
  const command = () =>
    `{"type":"recorder/import_statistics","metadata":${metadata},"stats":[\n${
      stats.join(",\n")
    }\n]}`;
  for (const [at, start] of hours.starts.entries()) {
    const time = new Date(start * 1000).toISOString().slice(0, 19);
    if (stats.length > 0 && time.slice(0, 4) !== year) {
      yield command();
      stats = [];
    }
    year = time.slice(0, 4);
    sum += hours.energies[at];
    const [state, total] = [hours.energies[at], sum].map((one) => JSON.stringify(one / 1e6));
    stats.push(`{"start":"${time}+00:00","state":${state},"sum":${total}}`);
  }
  if (stats.length > 0) yield command();
}
