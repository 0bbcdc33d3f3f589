-- Every table of seh.
--
-- Keys are natural and begin with site_id, so that rows lie on disk by site and time and an upsert
-- needs no second index; `without rowid` makes the key the table itself, `strict` refuses a text
-- where a number belongs.
--
-- Columns that stand in many tables:
--   site_id      SolarEdge's number of the site
--   device_key   the serial number, else `category:name` (sensors: `connectedTo/id`), so that no
--                part of a key is ever NULL
--   timestamp    the moment of a sample or the start of a bucket, UTC: 2026-03-29T01:15:00Z
--   local_time   the wall clock that the API gave, site's time: 2026-03-29T03:15:00
--   interval_s   0: a sample at that moment; else the length in seconds of the bucket
--   source       the generation of the API that the values come from
--   extra        fields of the answer that have no column of their own, JSON
--   last_seen    when the server last listed it, UTC; what vanished keeps its row
--   updated_at   when a value of the row last really changed, UTC
--
-- Text that sorts like the time it stands for keeps instants, wall clocks and dates readable in any
-- SQL shell. Missing is NULL, never 0. Flags are 0 or 1. Units stand in the names and in brackets.

-- one row per installation, with the latest figures of its overview
create table sites (
  site_id integer not null,
  name text,                                     -- name of the site
  account_id integer,                            -- account that owns it
  status text,                                   -- Active, PendingCommunication, Disabled
  peak_power_kwp real,                           -- installed peak power [kWp]
  last_update_date text,                         -- day of the last update in the site list
  currency text,                                 -- currency of the revenues
  installation_date text,                        -- day of installation
  pto_date text,                                 -- permission to operate
  notes text,
  site_type text,                                -- kind of installation
  country text,
  country_code text,                             -- ISO country code
  state text,
  state_code text,
  city text,
  address text,                                  -- street and number
  address2 text,                                 -- second address line
  zip text,                                      -- postal code
  time_zone text,                                -- IANA time zone
  alert_quantity integer,                        -- open alerts (account keys only)
  alert_severity text,                           -- highest severity (account keys only)
  module_manufacturer text,                      -- maker of the primary module
  module_model text,                             -- model of the primary module
  module_maximum_power_w real,                   -- maximum power of a module [W]
  module_temperature_coefficient_pct_per_c real, -- temperature coefficient of a module [%/°C]
  uris text,                                     -- addresses of the site's resources
  public_name text,                              -- name on the public page
  is_public integer,                             -- whether there is a public page
  data_start_date text,                          -- first day with data
  data_end_date text,                            -- last day with data
  last_update_local text,                        -- site's time: the site's last update, its wall clock
  last_update_at text,                           -- UTC: the site's last update
  lifetime_energy_wh real,                       -- energy of its life [Wh]
  lifetime_revenue real,                         -- revenue of its life, in the site's currency
  year_energy_wh real,                           -- energy of the current year [Wh]
  year_revenue real,                             -- revenue of the current year
  month_energy_wh real,                          -- energy of the current month [Wh]
  month_revenue real,                            -- revenue of the current month
  day_energy_wh real,                            -- energy of the current day [Wh]
  day_revenue real,                              -- revenue of the current day
  current_power_w real,                          -- power at the last update [W]
  measured_by text,                              -- INVERTER or METER
  overview_extra text,                           -- fields of the overview that have no column
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id)
) strict, without rowid;

-- every device that has a serial number
create table equipment (
  site_id integer not null,
  device_key text not null,
  serial_number text,
  category text,                -- inverter, third-party-inverter, meter, gateway, battery, optimizer …
  name text,
  manufacturer text,            -- maker
  model text,
  peak_power_dc_kwp real,       -- module power connected [kWp]
  communication_method text,    -- ETHERNET, WIFI, RS485 …
  firmware_version text,        -- firmware
  cpu_version text,             -- CPU firmware of an inverter
  dsp1_version text,            -- DSP 1 firmware of an inverter
  dsp2_version text,            -- DSP 2 firmware of an inverter
  connected_optimizers integer, -- optimizers on an inverter
  connected_to text,            -- name of the device it is connected to
  connected_to_serial text,     -- serial number of the device it is connected to
  nameplate_capacity_wh real,   -- capacity of a battery [Wh]
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, device_key)
) strict, without rowid;

-- storage units
create table batteries (
  site_id integer not null,
  device_key text not null,
  serial_number text,
  name text,
  manufacturer text,          -- maker
  model text,                 -- model in the inventory
  model_number text,          -- model number in the storage data
  firmware_version text,      -- firmware
  connected_to text,          -- name of the inverter it is connected to
  connected_to_serial text,   -- serial number of that inverter
  nameplate_capacity_wh real, -- capacity in the inventory [Wh]
  nameplate_wh real,          -- capacity in the storage data [Wh]
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, device_key)
) strict, without rowid;

-- meters, one row for each direction that a meter counts
create table meters (
  site_id integer not null,
  device_key text not null,
  meter_type text not null, -- Production, Consumption, SelfConsumption, FeedIn, Purchased
  serial_number text,       -- serial number; virtual meters have none
  name text,
  manufacturer text,        -- maker
  model text,
  firmware_version text,    -- firmware
  form text,                -- physical or virtual
  connected_to text,        -- name of the device it is connected to
  connected_to_serial text, -- serial number of that device
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, device_key, meter_type)
) strict, without rowid;

-- the complete inventory as the server lists it, all categories
create table inventory (
  site_id integer not null,
  category text not null,       -- inverter, third-party-inverter, meter, sensor, gateway, battery
  device_key text not null,
  type text not null,           -- type of a meter or sensor, else empty
  serial_number text,
  name text,
  manufacturer text,            -- maker
  model text,
  firmware_version text,        -- firmware
  cpu_version text,             -- CPU firmware of an inverter
  dsp1_version text,            -- DSP 1 firmware of an inverter
  dsp2_version text,            -- DSP 2 firmware of an inverter
  communication_method text,    -- how an inverter communicates
  connected_optimizers integer, -- optimizers on an inverter
  connected_to text,            -- name of the device it is connected to
  connected_to_serial text,     -- serial number of that device
  form text,                    -- physical or virtual
  nameplate_capacity_wh real,   -- capacity of a battery [Wh]
  sensor_id text,               -- id of a sensor
  sensor_category text,         -- category of a sensor
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, category, device_key, type)
) strict, without rowid;

-- weather and irradiance sensors
create table sensors (
  site_id integer not null,
  device_key text not null,
  connected_to text,        -- name of the gateway
  connected_to_serial text, -- serial number of the gateway
  sensor_id text,           -- id
  name text,
  category text,            -- IRRADIANCE, TEMPERATURE …
  type text,                -- type in words
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, device_key)
) strict, without rowid;

-- what the site has saved in its life, always metric
create table environmental_benefits (
  site_id integer not null,
  co2_saved_kg real,  -- carbon dioxide saved [kg]
  so2_saved_kg real,  -- sulphur dioxide saved [kg]
  nox_saved_kg real,  -- nitrogen oxides saved [kg]
  trees_planted real, -- equivalent in trees
  light_bulbs real,   -- equivalent in light bulbs for a day
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id)
) strict, without rowid;

-- alerts (the first generation gives them to partners only)
create table alerts (
  site_id integer not null,
  alert_id text not null, -- number of the alert
  category text,
  alert_type text,        -- type or code
  severity text,          -- severity in words
  impact integer,         -- impact from 0 to 10
  status text,            -- OPEN or CLOSED
  first_trigger_at text,  -- UTC: first occurrence
  last_trigger_at text,   -- UTC: last occurrence
  component_name text,    -- name of the component
  component_serial text,  -- serial number of the component
  error_codes text,
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, alert_id)
) strict, without rowid;

-- replacements of devices
create table equipment_changes (
  site_id integer not null,
  device_key text not null,
  change_date text not null,   -- local day of the change
  serial_number text not null, -- serial number then
  part_number text,            -- part number then
  extra text,
  last_seen text not null,
  updated_at text not null,
  primary key (site_id, device_key, change_date, serial_number)
) strict, without rowid;

-- energy produced per day, month and year
create table energy_readings (
  site_id integer not null,
  time_unit text not null,      -- DAY, WEEK, MONTH or YEAR
  reading_date text not null,   -- first local day of the bucket
  energy_wh real,               -- energy produced [Wh]
  measured_by text,             -- INVERTER or METER
  is_complete integer not null, -- 1 when the bucket had ended by the site's last update
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, time_unit, reading_date)
) strict, without rowid;

-- mean power produced per quarter-hour
create table power_readings (
  site_id integer not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  power_w real,     -- mean power in the bucket [W]
  measured_by text, -- INVERTER or METER
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, timestamp, interval_s)
) strict, without rowid;

-- mean power per quarter-hour, by meter type
create table power_details (
  site_id integer not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  production_w real,       -- AC output of the inverters, battery discharge included [W]
  consumption_w real,      -- consumption of the site [W]
  self_consumption_w real, -- production that the site used itself [W]
  feed_in_w real,          -- exported to the grid [W]
  purchased_w real,        -- imported from the grid [W]
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, timestamp, interval_s)
) strict, without rowid;

-- energy per quarter-hour, by meter type
create table energy_details (
  site_id integer not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  production_wh real,       -- AC output of the inverters, battery discharge included [Wh]
  consumption_wh real,      -- consumption of the site [Wh]
  self_consumption_wh real, -- production that the site used itself [Wh]
  feed_in_wh real,          -- exported to the grid [Wh]
  purchased_wh real,        -- imported from the grid [Wh]
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, timestamp, interval_s)
) strict, without rowid;

-- snapshots of the power flow; net columns: import and discharge positive, pv + grid + storage = load
create table power_flows (
  site_id integer not null,
  timestamp text not null,
  local_time text not null,
  pv_power_w real,            -- solar production [W]
  grid_power_w real,          -- net: import positive, export negative [W]
  load_power_w real,          -- consumption [W]
  storage_power_w real,       -- net: discharge positive, charge negative [W]
  pv_status text,             -- Active, Idle …
  grid_status text,           -- Active, Idle …
  load_status text,           -- Active, Idle …
  storage_status text,        -- Charging, Discharging, Idle …
  state_of_charge_pct real,   -- state of charge [%]
  storage_critical integer,   -- 1 below the critical charge
  storage_time_left text,     -- time left in backup
  update_refresh_rate_s real, -- seconds between updates of the server [s]
  connections text,           -- the flows as the server names them
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, timestamp)
) strict, without rowid;

-- time series of each battery
create table battery_telemetry (
  site_id integer not null,
  device_key text not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  power_w real,                       -- net: discharge positive, charge negative [W]
  state_of_charge_pct real,           -- state of charge [%]
  battery_state integer,              -- state code
  lifetime_energy_charged_wh real,    -- energy charged in its life [Wh]
  lifetime_energy_discharged_wh real, -- energy discharged in its life [Wh]
  full_pack_energy_wh real,           -- energy of the full pack [Wh]
  internal_temperature_c real,        -- temperature inside [°C]
  grid_charging_wh real,              -- charged from the grid since grid_charging_from, as first told [Wh]
  grid_charging_from text,            -- site's time: start of the request that grid_charging_wh counts from
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, device_key, timestamp, interval_s)
) strict, without rowid;

-- registers of the meters
create table meter_readings (
  site_id integer not null,
  device_key text not null,
  meter_type text not null, -- Production, Consumption, FeedIn, Purchased
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  lifetime_energy_wh real,  -- register reading [Wh]
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, device_key, meter_type, timestamp, interval_s)
) strict, without rowid;

-- technical data of each inverter
create table inverter_telemetry (
  site_id integer not null,
  device_key text not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  total_active_power_w real,         -- AC power of all phases [W]
  dc_voltage_v real,                 -- DC voltage [V]
  ground_fault_resistance_kohm real, -- isolation resistance (unit not stated by the API)
  power_limit_pct real,              -- power limit [%]
  lifetime_energy_wh real,           -- energy counter of the inverter [Wh]
  temperature_c real,                -- temperature [°C]
  inverter_mode text,                -- MPPT, SLEEPING, FAULT …
  operation_mode integer,            -- 0 on-grid, 1 off-grid, 2 off-grid with generator
  q_ref_var real,                    -- reactive power asked for [VAr]
  voltage_l1_to_l2_v real,           -- voltage between phases 1 and 2 [V]
  voltage_l2_to_l3_v real,           -- voltage between phases 2 and 3 [V]
  voltage_l3_to_l1_v real,           -- voltage between phases 3 and 1 [V]
  voltage_l1_to_n_v real,            -- voltage of phase 1 to neutral [V]
  voltage_l2_to_n_v real,            -- voltage of phase 2 to neutral [V]
  l1_ac_current_a real,              -- AC current of phase 1 [A]
  l1_ac_voltage_v real,              -- AC voltage of phase 1 [V]
  l1_ac_frequency_hz real,           -- AC frequency of phase 1 [Hz]
  l1_apparent_power_va real,         -- apparent power of phase 1 [VA]
  l1_active_power_w real,            -- active power of phase 1 [W]
  l1_reactive_power_var real,        -- reactive power of phase 1 [VAr]
  l1_cos_phi real,                   -- power factor of phase 1
  l2_ac_current_a real,              -- AC current of phase 2 [A]
  l2_ac_voltage_v real,              -- AC voltage of phase 2 [V]
  l2_ac_frequency_hz real,           -- AC frequency of phase 2 [Hz]
  l2_apparent_power_va real,         -- apparent power of phase 2 [VA]
  l2_active_power_w real,            -- active power of phase 2 [W]
  l2_reactive_power_var real,        -- reactive power of phase 2 [VAr]
  l2_cos_phi real,                   -- power factor of phase 2
  l3_ac_current_a real,              -- AC current of phase 3 [A]
  l3_ac_voltage_v real,              -- AC voltage of phase 3 [V]
  l3_ac_frequency_hz real,           -- AC frequency of phase 3 [Hz]
  l3_apparent_power_va real,         -- apparent power of phase 3 [VA]
  l3_active_power_w real,            -- active power of phase 3 [W]
  l3_reactive_power_var real,        -- reactive power of phase 3 [VAr]
  l3_cos_phi real,                   -- power factor of phase 3
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, device_key, timestamp, interval_s)
) strict, without rowid;

-- data of each panel; no source has them yet
create table optimizer_telemetry (
  site_id integer not null,
  device_key text not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  dc_voltage_v real, -- voltage of the module [V]
  dc_current_a real, -- current of the module [A]
  power_w real,      -- power of the module [W]
  energy_wh real,    -- energy in the bucket [Wh]
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, device_key, timestamp, interval_s)
) strict, without rowid;

-- readings of the sensors, metric (°C, m/s, W/m²)
create table sensor_readings (
  site_id integer not null,
  device_key text not null,
  timestamp text not null,
  local_time text not null,
  interval_s integer not null,
  measurement text, -- what it measures, as the API names it
  value real,       -- reading, in the metric unit of its measurement
  source text not null,
  extra text,
  updated_at text not null,
  primary key (site_id, device_key, timestamp, interval_s)
) strict, without rowid;

-- ranges of time known to be fetched; ranges of a key never overlap
create table coverage (
  site_id integer not null,
  series text not null,     -- the series of requests, for example energy or power
  device_key text not null,
  start_at text not null,   -- UTC: start, inclusive
  end_at text not null,     -- UTC: end, exclusive
  state text not null       -- covered, or empty: asked and nothing was there
    check (state in ('covered', 'empty')),
  fetched_at text not null, -- UTC: when it was last asked
  primary key (site_id, series, device_key, start_at)
) strict, without rowid;

-- what is known of each series: last sync, last error, availability (site 0: the account)
create table sync_metadata (
  site_id integer not null,
  series text not null,    -- the series of requests, for example energy or power
  device_key text not null,
  data_type text not null, -- the type of data it belongs to
  source text,
  last_success_at text,    -- UTC: last request that succeeded
  last_update_label text,  -- site's time: the site's last update as it was known then
  newest_data_at text,     -- UTC: newest value stored
  wanted_from text,        -- UTC: how far back the history is wanted
  unavailable_since text,  -- UTC: when it was found not available, NULL when it is
  unavailable_reason text, -- why it is not available
  span_s integer,          -- widest request that the server accepts, where it refused the usual one [s]
  last_error_at text,      -- UTC: last failure
  last_error text,         -- what went wrong; NULL after a success
  primary key (site_id, series, device_key)
) strict, without rowid;

-- one row per sync
create table runs (
  run_id text not null,     -- start and process, unique
  host text not null,       -- host that ran it
  pid integer not null,     -- process that ran it
  started_at text not null, -- UTC: start
  finished_at text,         -- UTC: end; NULL while it runs or when it died
  exit_code integer,
  requests integer,         -- requests sent
  rows_inserted integer,
  rows_changed integer,
  summary text,             -- the summary that --json prints
  primary key (run_id)
) strict, without rowid;

-- values that the server revised after the fact
create table revisions (
  table_name text not null, -- table
  row_key text not null,    -- JSON array of the key's values
  revised_at text not null, -- UTC: when the new value was stored
  site_id integer not null,
  old_values text not null, -- the values before, as a JSON object
  primary key (table_name, row_key, revised_at)
) strict, without rowid;

-- migrations that have been applied
create table schema_migrations (
  version integer not null, -- number of the migration; 0: the views
  name text not null,       -- its name; of the views a checksum of what makes them
  applied_at text not null, -- UTC: when it was applied
  primary key (version)
) strict, without rowid;
