-- What the second generation of the API tells and the first did not: means and sums of quarter-hours
-- where the first has samples and registers, the balance of a day, and more about devices.
--
-- A row with interval_s 0 is a sample of the first generation, one with 900 a quarter-hour of the
-- second; the energy of a bucket and the register of a lifetime are different columns.

alter table equipment
  add column if not exists part_number text,
  add column if not exists firmware_build text, -- firmware with its build number
  add column if not exists is_active tinyint,   -- 1 while the device is in use
  add column if not exists created_at datetime; -- UTC: when the device was registered

alter table inventory
  add column if not exists part_number text,
  add column if not exists firmware_build text, -- firmware with its build number
  add column if not exists is_active tinyint,   -- 1 while the device is in use
  add column if not exists created_at datetime; -- UTC: when the device was registered

alter table environmental_benefits
  add column if not exists ev_miles double; -- way an electric car could have driven

-- balance of a day, from the overview of that day alone
alter table energy_readings
  add column if not exists production_wh double,              -- production in the balance [Wh]
  add column if not exists to_self_consumption_wh double,     -- production used at once [Wh]
  add column if not exists to_storage_wh double,              -- production that charged batteries [Wh]
  add column if not exists to_grid_wh double,                 -- production exported [Wh]
  add column if not exists consumption_wh double,             -- consumption of the site [Wh]
  add column if not exists from_pv_wh double,                 -- consumption from the modules [Wh]
  add column if not exists from_storage_wh double,            -- consumption from batteries [Wh]
  add column if not exists from_grid_wh double,               -- consumption imported [Wh]
  add column if not exists specific_yield_kwh_per_kwp double, -- energy per installed power [kWh/kWp]
  add column if not exists performance_ratio double;          -- yield as a part of the possible one

alter table battery_telemetry
  add column if not exists charge_power_w double,      -- mean power of charging [W]
  add column if not exists discharge_power_w double,   -- mean power of discharging [W]
  add column if not exists charge_energy_wh double,    -- charged in the bucket [Wh]
  add column if not exists discharge_energy_wh double, -- discharged in the bucket [Wh]
  add column if not exists remaining_energy_wh double; -- energy in the battery [Wh]

alter table meter_readings
  add column if not exists power_w double,   -- mean power in the bucket [W]
  add column if not exists energy_wh double; -- energy in the bucket [Wh]

alter table inverter_telemetry
  add column if not exists ac_energy_wh double,    -- AC energy in the bucket [Wh]
  add column if not exists ac_voltage_v double,    -- AC voltage, mean of the phases [V]
  add column if not exists ac_current_a double,    -- AC current of all phases [A]
  add column if not exists ac_frequency_hz double; -- AC frequency [Hz]
