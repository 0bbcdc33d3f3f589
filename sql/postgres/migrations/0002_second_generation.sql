-- What the second generation of the API tells and the first did not: means and sums of quarter-hours
-- where the first has samples and registers, the balance of a day, and more about devices.
--
-- A row with interval_s 0 is a sample of the first generation, one with 900 a quarter-hour of the
-- second; the energy of a bucket and the register of a lifetime are different columns.

alter table equipment add column part_number text;
alter table equipment add column firmware_build text; -- firmware with its build number
alter table equipment add column is_active smallint;   -- 1 while the device is in use
alter table equipment add column created_at timestamptz;     -- when the device was registered

alter table inventory add column part_number text;
alter table inventory add column firmware_build text; -- firmware with its build number
alter table inventory add column is_active smallint;   -- 1 while the device is in use
alter table inventory add column created_at timestamptz;     -- when the device was registered

alter table environmental_benefits add column ev_miles double precision; -- way an electric car could have driven

-- balance of a day, from the overview of that day alone
alter table energy_readings add column production_wh double precision;          -- production in the balance [Wh]
alter table energy_readings add column to_self_consumption_wh double precision; -- production used at once [Wh]
alter table energy_readings add column to_storage_wh double precision;          -- production that charged batteries [Wh]
alter table energy_readings add column to_grid_wh double precision;             -- production exported [Wh]
alter table energy_readings add column consumption_wh double precision;         -- consumption of the site [Wh]
alter table energy_readings add column from_pv_wh double precision;             -- consumption from the modules [Wh]
alter table energy_readings add column from_storage_wh double precision;        -- consumption from batteries [Wh]
alter table energy_readings add column from_grid_wh double precision;           -- consumption imported [Wh]
alter table energy_readings add column specific_yield_kwh_per_kwp double precision; -- energy per installed power [kWh/kWp]
alter table energy_readings add column performance_ratio double precision;      -- yield as a part of the possible one

alter table battery_telemetry add column charge_power_w double precision;      -- mean power of charging [W]
alter table battery_telemetry add column discharge_power_w double precision;   -- mean power of discharging [W]
alter table battery_telemetry add column charge_energy_wh double precision;    -- charged in the bucket [Wh]
alter table battery_telemetry add column discharge_energy_wh double precision; -- discharged in the bucket [Wh]
alter table battery_telemetry add column remaining_energy_wh double precision; -- energy in the battery [Wh]

alter table meter_readings add column power_w double precision;   -- mean power in the bucket [W]
alter table meter_readings add column energy_wh double precision; -- energy in the bucket [Wh]

alter table inverter_telemetry add column ac_energy_wh double precision;    -- AC energy in the bucket [Wh]
alter table inverter_telemetry add column ac_voltage_v double precision;    -- AC voltage, mean of the phases [V]
alter table inverter_telemetry add column ac_current_a double precision;    -- AC current of all phases [A]
alter table inverter_telemetry add column ac_frequency_hz double precision; -- AC frequency [Hz]
