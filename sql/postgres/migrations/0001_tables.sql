-- Every table of seh.
--
-- Keys are natural and begin with site_id, so that an upsert needs no second index. They contain
-- site_id, and time in the tables of readings: so these can be partitioned by month
-- (partition_by_month.sql), made hypertables, or distributed by site as they are.
--
-- Columns that stand in many tables:
--   site_id      SolarEdge's number of the site
--   device_key   the serial number, else `category:name` (sensors: `connectedTo/id`), so that no
--                part of a key is ever NULL
--   timestamp    the moment of a sample or the start of a bucket
--   local_time   the wall clock that the API gave, site's time
--   interval_s   0: a sample at that moment; else the length in seconds of the bucket
--   source       the generation of the API that the values come from
--   extra        fields of the answer that have no column of their own, JSON
--   last_seen    when the server last listed it; what vanished keeps its row
--   updated_at   when a value of the row last really changed
--
-- Text in keys has the collation "C", so that rows come in the same order from every server. JSON is
-- text, since jsonb would reorder it. Missing is NULL, never 0. Flags are 0 or 1. Units stand in the
-- names and in brackets.

-- one row per installation, with the latest figures of its overview
create table sites (
  site_id bigint not null,
  name text,                                                 -- name of the site
  account_id bigint,                                         -- account that owns it
  status text,                                               -- Active, PendingCommunication, Disabled
  peak_power_kwp double precision,                           -- installed peak power [kWp]
  last_update_date date,                                     -- day of the last update in the site list
  currency text,                                             -- currency of the revenues
  installation_date date,                                    -- day of installation
  pto_date date,                                             -- permission to operate
  notes text,
  site_type text,                                            -- kind of installation
  country text,
  country_code text,                                         -- ISO country code
  state text,
  state_code text,
  city text,
  address text,                                              -- street and number
  address2 text,                                             -- second address line
  zip text,                                                  -- postal code
  time_zone text,                                            -- IANA time zone
  alert_quantity bigint,                                     -- open alerts (account keys only)
  alert_severity text,                                       -- highest severity (account keys only)
  module_manufacturer text,                                  -- maker of the primary module
  module_model text,                                         -- model of the primary module
  module_maximum_power_w double precision,                   -- maximum power of a module [W]
  module_temperature_coefficient_pct_per_c double precision, -- temperature coefficient of a module [%/°C]
  uris text,                                                 -- addresses of the site's resources
  public_name text,                                          -- name on the public page
  is_public smallint,                                        -- whether there is a public page
  data_start_date date,                                      -- first day with data
  data_end_date date,                                        -- last day with data
  last_update_local timestamp,                               -- the site's last update, its wall clock
  last_update_at timestamptz,                                -- the site's last update
  lifetime_energy_wh double precision,                       -- energy of its life [Wh]
  lifetime_revenue double precision,                         -- revenue of its life, in the site's currency
  year_energy_wh double precision,                           -- energy of the current year [Wh]
  year_revenue double precision,                             -- revenue of the current year
  month_energy_wh double precision,                          -- energy of the current month [Wh]
  month_revenue double precision,                            -- revenue of the current month
  day_energy_wh double precision,                            -- energy of the current day [Wh]
  day_revenue double precision,                              -- revenue of the current day
  current_power_w double precision,                          -- power at the last update [W]
  measured_by text,                                          -- INVERTER or METER
  overview_extra text,                                       -- fields of the overview that have no column
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id)
);

-- every device that has a serial number
create table equipment (
  site_id bigint not null,
  device_key text collate "C" not null,
  serial_number text,
  category text,                          -- inverter, third-party-inverter, meter, gateway, battery, optimizer …
  name text,
  manufacturer text,                      -- maker
  model text,
  peak_power_dc_kwp double precision,     -- module power connected [kWp]
  communication_method text,              -- ETHERNET, WIFI, RS485 …
  firmware_version text,                  -- firmware
  cpu_version text,                       -- CPU firmware of an inverter
  dsp1_version text,                      -- DSP 1 firmware of an inverter
  dsp2_version text,                      -- DSP 2 firmware of an inverter
  connected_optimizers bigint,            -- optimizers on an inverter
  connected_to text,                      -- name of the device it is connected to
  connected_to_serial text,               -- serial number of the device it is connected to
  nameplate_capacity_wh double precision, -- capacity of a battery [Wh]
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, device_key)
);

-- storage units
create table batteries (
  site_id bigint not null,
  device_key text collate "C" not null,
  serial_number text,
  name text,
  manufacturer text,                      -- maker
  model text,                             -- model in the inventory
  model_number text,                      -- model number in the storage data
  firmware_version text,                  -- firmware
  connected_to text,                      -- name of the inverter it is connected to
  connected_to_serial text,               -- serial number of that inverter
  nameplate_capacity_wh double precision, -- capacity in the inventory [Wh]
  nameplate_wh double precision,          -- capacity in the storage data [Wh]
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, device_key)
);

-- meters, one row for each direction that a meter counts
create table meters (
  site_id bigint not null,
  device_key text collate "C" not null,
  meter_type text collate "C" not null, -- Production, Consumption, SelfConsumption, FeedIn, Purchased
  serial_number text,                   -- serial number; virtual meters have none
  name text,
  manufacturer text,                    -- maker
  model text,
  firmware_version text,                -- firmware
  form text,                            -- physical or virtual
  connected_to text,                    -- name of the device it is connected to
  connected_to_serial text,             -- serial number of that device
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, device_key, meter_type)
);

-- the complete inventory as the server lists it, all categories
create table inventory (
  site_id bigint not null,
  category text collate "C" not null,     -- inverter, third-party-inverter, meter, sensor, gateway, battery
  device_key text collate "C" not null,
  type text collate "C" not null,         -- type of a meter or sensor, else empty
  serial_number text,
  name text,
  manufacturer text,                      -- maker
  model text,
  firmware_version text,                  -- firmware
  cpu_version text,                       -- CPU firmware of an inverter
  dsp1_version text,                      -- DSP 1 firmware of an inverter
  dsp2_version text,                      -- DSP 2 firmware of an inverter
  communication_method text,              -- how an inverter communicates
  connected_optimizers bigint,            -- optimizers on an inverter
  connected_to text,                      -- name of the device it is connected to
  connected_to_serial text,               -- serial number of that device
  form text,                              -- physical or virtual
  nameplate_capacity_wh double precision, -- capacity of a battery [Wh]
  sensor_id text,                         -- id of a sensor
  sensor_category text,                   -- category of a sensor
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, category, device_key, type)
);

-- weather and irradiance sensors
create table sensors (
  site_id bigint not null,
  device_key text collate "C" not null,
  connected_to text,        -- name of the gateway
  connected_to_serial text, -- serial number of the gateway
  sensor_id text,           -- id
  name text,
  category text,            -- IRRADIANCE, TEMPERATURE …
  type text,                -- type in words
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, device_key)
);

-- what the site has saved in its life, always metric
create table environmental_benefits (
  site_id bigint not null,
  co2_saved_kg double precision,  -- carbon dioxide saved [kg]
  so2_saved_kg double precision,  -- sulphur dioxide saved [kg]
  nox_saved_kg double precision,  -- nitrogen oxides saved [kg]
  trees_planted double precision, -- equivalent in trees
  light_bulbs double precision,   -- equivalent in light bulbs for a day
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id)
);

-- alerts (the first generation gives them to partners only)
create table alerts (
  site_id bigint not null,
  alert_id text collate "C" not null, -- number of the alert
  category text,
  alert_type text,                    -- type or code
  severity text,                      -- severity in words
  impact bigint,                      -- impact from 0 to 10
  status text,                        -- OPEN or CLOSED
  first_trigger_at timestamptz,       -- first occurrence
  last_trigger_at timestamptz,        -- last occurrence
  component_name text,                -- name of the component
  component_serial text,              -- serial number of the component
  error_codes text,
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, alert_id)
);

-- replacements of devices
create table equipment_changes (
  site_id bigint not null,
  device_key text collate "C" not null,
  change_date date not null,               -- local day of the change
  serial_number text collate "C" not null, -- serial number then
  part_number text,                        -- part number then
  extra text,
  last_seen timestamptz not null,
  updated_at timestamptz not null,
  primary key (site_id, device_key, change_date, serial_number)
);

-- energy produced per day, month and year
create table energy_readings (
  site_id bigint not null,
  time_unit text collate "C" not null, -- DAY, WEEK, MONTH or YEAR
  reading_date date not null,          -- first local day of the bucket
  energy_wh double precision,          -- energy produced [Wh]
  measured_by text,                    -- INVERTER or METER
  is_complete smallint not null,       -- 1 when the bucket had ended by the site's last update
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, time_unit, reading_date)
);

-- mean power produced per quarter-hour
create table power_readings (
  site_id bigint not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  power_w double precision, -- mean power in the bucket [W]
  measured_by text,         -- INVERTER or METER
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, timestamp, interval_s)
);

-- mean power per quarter-hour, by meter type
create table power_details (
  site_id bigint not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  production_w double precision,       -- AC output of the inverters, battery discharge included [W]
  consumption_w double precision,      -- consumption of the site [W]
  self_consumption_w double precision, -- production that the site used itself [W]
  feed_in_w double precision,          -- exported to the grid [W]
  purchased_w double precision,        -- imported from the grid [W]
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, timestamp, interval_s)
);

-- energy per quarter-hour, by meter type
create table energy_details (
  site_id bigint not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  production_wh double precision,       -- AC output of the inverters, battery discharge included [Wh]
  consumption_wh double precision,      -- consumption of the site [Wh]
  self_consumption_wh double precision, -- production that the site used itself [Wh]
  feed_in_wh double precision,          -- exported to the grid [Wh]
  purchased_wh double precision,        -- imported from the grid [Wh]
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, timestamp, interval_s)
);

-- snapshots of the power flow; net columns: import and discharge positive, pv + grid + storage = load
create table power_flows (
  site_id bigint not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  pv_power_w double precision,            -- solar production [W]
  grid_power_w double precision,          -- net: import positive, export negative [W]
  load_power_w double precision,          -- consumption [W]
  storage_power_w double precision,       -- net: discharge positive, charge negative [W]
  pv_status text,                         -- Active, Idle …
  grid_status text,                       -- Active, Idle …
  load_status text,                       -- Active, Idle …
  storage_status text,                    -- Charging, Discharging, Idle …
  state_of_charge_pct double precision,   -- state of charge [%]
  storage_critical smallint,              -- 1 below the critical charge
  storage_time_left text,                 -- time left in backup
  update_refresh_rate_s double precision, -- seconds between updates of the server [s]
  connections text,                       -- the flows as the server names them
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, timestamp)
);

-- time series of each battery
create table battery_telemetry (
  site_id bigint not null,
  device_key text collate "C" not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  power_w double precision,                       -- net: discharge positive, charge negative [W]
  state_of_charge_pct double precision,           -- state of charge [%]
  battery_state bigint,                           -- state code
  lifetime_energy_charged_wh double precision,    -- energy charged in its life [Wh]
  lifetime_energy_discharged_wh double precision, -- energy discharged in its life [Wh]
  full_pack_energy_wh double precision,           -- energy of the full pack [Wh]
  internal_temperature_c double precision,        -- temperature inside [°C]
  grid_charging_wh double precision,              -- charged from the grid since grid_charging_from, as first told [Wh]
  grid_charging_from timestamp,                   -- start of the request that grid_charging_wh counts from
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, device_key, timestamp, interval_s)
);

-- registers of the meters
create table meter_readings (
  site_id bigint not null,
  device_key text collate "C" not null,
  meter_type text collate "C" not null, -- Production, Consumption, FeedIn, Purchased
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  lifetime_energy_wh double precision,  -- register reading [Wh]
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, device_key, meter_type, timestamp, interval_s)
);

-- technical data of each inverter
create table inverter_telemetry (
  site_id bigint not null,
  device_key text collate "C" not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  total_active_power_w double precision,         -- AC power of all phases [W]
  dc_voltage_v double precision,                 -- DC voltage [V]
  ground_fault_resistance_kohm double precision, -- isolation resistance (unit not stated by the API)
  power_limit_pct double precision,              -- power limit [%]
  lifetime_energy_wh double precision,           -- energy counter of the inverter [Wh]
  temperature_c double precision,                -- temperature [°C]
  inverter_mode text,                            -- MPPT, SLEEPING, FAULT …
  operation_mode bigint,                         -- 0 on-grid, 1 off-grid, 2 off-grid with generator
  q_ref_var double precision,                    -- reactive power asked for [VAr]
  voltage_l1_to_l2_v double precision,           -- voltage between phases 1 and 2 [V]
  voltage_l2_to_l3_v double precision,           -- voltage between phases 2 and 3 [V]
  voltage_l3_to_l1_v double precision,           -- voltage between phases 3 and 1 [V]
  voltage_l1_to_n_v double precision,            -- voltage of phase 1 to neutral [V]
  voltage_l2_to_n_v double precision,            -- voltage of phase 2 to neutral [V]
  l1_ac_current_a double precision,              -- AC current of phase 1 [A]
  l1_ac_voltage_v double precision,              -- AC voltage of phase 1 [V]
  l1_ac_frequency_hz double precision,           -- AC frequency of phase 1 [Hz]
  l1_apparent_power_va double precision,         -- apparent power of phase 1 [VA]
  l1_active_power_w double precision,            -- active power of phase 1 [W]
  l1_reactive_power_var double precision,        -- reactive power of phase 1 [VAr]
  l1_cos_phi double precision,                   -- power factor of phase 1
  l2_ac_current_a double precision,              -- AC current of phase 2 [A]
  l2_ac_voltage_v double precision,              -- AC voltage of phase 2 [V]
  l2_ac_frequency_hz double precision,           -- AC frequency of phase 2 [Hz]
  l2_apparent_power_va double precision,         -- apparent power of phase 2 [VA]
  l2_active_power_w double precision,            -- active power of phase 2 [W]
  l2_reactive_power_var double precision,        -- reactive power of phase 2 [VAr]
  l2_cos_phi double precision,                   -- power factor of phase 2
  l3_ac_current_a double precision,              -- AC current of phase 3 [A]
  l3_ac_voltage_v double precision,              -- AC voltage of phase 3 [V]
  l3_ac_frequency_hz double precision,           -- AC frequency of phase 3 [Hz]
  l3_apparent_power_va double precision,         -- apparent power of phase 3 [VA]
  l3_active_power_w double precision,            -- active power of phase 3 [W]
  l3_reactive_power_var double precision,        -- reactive power of phase 3 [VAr]
  l3_cos_phi double precision,                   -- power factor of phase 3
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, device_key, timestamp, interval_s)
);

-- data of each panel; no source has them yet
create table optimizer_telemetry (
  site_id bigint not null,
  device_key text collate "C" not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  dc_voltage_v double precision, -- voltage of the module [V]
  dc_current_a double precision, -- current of the module [A]
  power_w double precision,      -- power of the module [W]
  energy_wh double precision,    -- energy in the bucket [Wh]
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, device_key, timestamp, interval_s)
);

-- readings of the sensors, metric (°C, m/s, W/m²)
create table sensor_readings (
  site_id bigint not null,
  device_key text collate "C" not null,
  timestamp timestamptz not null,
  local_time timestamp not null,
  interval_s bigint not null,
  measurement text,       -- what it measures, as the API names it
  value double precision, -- reading, in the metric unit of its measurement
  source text not null,
  extra text,
  updated_at timestamptz not null,
  primary key (site_id, device_key, timestamp, interval_s)
);

-- ranges of time known to be fetched; ranges of a key never overlap
create table coverage (
  site_id bigint not null,
  series text collate "C" not null, -- the series of requests, for example energy or power
  device_key text collate "C" not null,
  start_at timestamptz not null,    -- start, inclusive
  end_at timestamptz not null,      -- end, exclusive
  state text not null               -- covered, or empty: asked and nothing was there
    check (state in ('covered', 'empty')),
  fetched_at timestamptz not null,  -- when it was last asked
  primary key (site_id, series, device_key, start_at)
);

-- what is known of each series: last sync, last error, availability (site 0: the account)
create table sync_metadata (
  site_id bigint not null,
  series text collate "C" not null,    -- the series of requests, for example energy or power
  device_key text collate "C" not null,
  data_type text collate "C" not null, -- the type of data it belongs to
  source text,
  last_success_at timestamptz,         -- last request that succeeded
  last_update_label timestamp,         -- the site's last update as it was known then
  newest_data_at timestamptz,          -- newest value stored
  wanted_from timestamptz,             -- how far back the history is wanted
  unavailable_since timestamptz,       -- when it was found not available, NULL when it is
  unavailable_reason text,             -- why it is not available
  span_s bigint,                       -- widest request that the server accepts, where it refused the usual one [s]
  last_error_at timestamptz,           -- last failure
  last_error text,                     -- what went wrong; NULL after a success
  primary key (site_id, series, device_key)
);

-- one row per sync
create table runs (
  run_id text collate "C" not null, -- start and process, unique
  host text not null,               -- host that ran it
  pid bigint not null,              -- process that ran it
  started_at timestamptz not null,  -- start
  finished_at timestamptz,          -- end; NULL while it runs or when it died
  exit_code bigint,
  requests bigint,                  -- requests sent
  rows_inserted bigint,
  rows_changed bigint,
  summary text,                     -- the summary that --json prints
  primary key (run_id)
);

-- values that the server revised after the fact
create table revisions (
  table_name text collate "C" not null, -- table
  row_key text collate "C" not null,    -- JSON array of the key's values
  revised_at timestamptz not null,      -- when the new value was stored
  site_id bigint not null,
  old_values text not null,             -- the values before, as a JSON object
  primary key (table_name, row_key, revised_at)
);

-- migrations that have been applied
create table schema_migrations (
  version bigint not null,         -- number of the migration; 0: the views
  name text not null,              -- its name; of the views a checksum of what makes them
  applied_at timestamptz not null, -- when it was applied
  primary key (version)
);
