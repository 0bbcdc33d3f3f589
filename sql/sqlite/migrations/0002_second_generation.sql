-- What the second generation of the API tells and the first did not: means and sums of quarter-hours
-- where the first has samples and registers, the balance of a day, and more about devices.
--
-- A row with interval_s 0 is a sample of the first generation, one with 900 a quarter-hour of the
-- second; the energy of a bucket and the register of a lifetime are different columns.

alter table equipment add column part_number text;
alter table equipment add column firmware_build text; -- firmware with its build number
alter table equipment add column is_active integer;   -- 1 while the device is in use
alter table equipment add column created_at text;     -- UTC: when the device was registered

alter table inventory add column part_number text;
alter table inventory add column firmware_build text; -- firmware with its build number
alter table inventory add column is_active integer;   -- 1 while the device is in use
alter table inventory add column created_at text;     -- UTC: when the device was registered

alter table environmental_benefits add column ev_miles real; -- way an electric car could have driven

-- balance of a day, from the overview of that day alone
alter table energy_readings add column production_wh real;          -- production in the balance [Wh]
alter table energy_readings add column to_self_consumption_wh real; -- production used at once [Wh]
alter table energy_readings add column to_storage_wh real;          -- production that charged batteries [Wh]
alter table energy_readings add column to_grid_wh real;             -- production exported [Wh]
alter table energy_readings add column consumption_wh real;         -- consumption of the site [Wh]
alter table energy_readings add column from_pv_wh real;             -- consumption from the modules [Wh]
alter table energy_readings add column from_storage_wh real;        -- consumption from batteries [Wh]
alter table energy_readings add column from_grid_wh real;           -- consumption imported [Wh]
alter table energy_readings add column specific_yield_kwh_per_kwp real; -- energy per installed power [kWh/kWp]
alter table energy_readings add column performance_ratio real;      -- yield as a part of the possible one

alter table battery_telemetry add column charge_power_w real;      -- mean power of charging [W]
alter table battery_telemetry add column discharge_power_w real;   -- mean power of discharging [W]
alter table battery_telemetry add column charge_energy_wh real;    -- charged in the bucket [Wh]
alter table battery_telemetry add column discharge_energy_wh real; -- discharged in the bucket [Wh]
alter table battery_telemetry add column remaining_energy_wh real; -- energy in the battery [Wh]

alter table meter_readings add column power_w real;   -- mean power in the bucket [W]
alter table meter_readings add column energy_wh real; -- energy in the bucket [Wh]

alter table inverter_telemetry add column ac_energy_wh real;    -- AC energy in the bucket [Wh]
alter table inverter_telemetry add column ac_voltage_v real;    -- AC voltage, mean of the phases [V]
alter table inverter_telemetry add column ac_current_a real;    -- AC current of all phases [A]
alter table inverter_telemetry add column ac_frequency_hz real; -- AC frequency [Hz]
