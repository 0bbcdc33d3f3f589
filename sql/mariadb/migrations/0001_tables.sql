-- Every table of seh.
--
-- Keys are natural and begin with site_id: InnoDB keeps rows in the order of their key, so they lie on
-- disk by site and time and an upsert needs no second index.
--
-- A statement that makes a table cannot be undone here. So the list of migrations is made first, and each
-- table only where it is not there: a migration that was cut off is simply run again.
--
-- Columns that stand in many tables:
--   site_id      SolarEdge's number of the site
--   device_key   the serial number, else `category:name` (sensors: `connectedTo/id`), so that no
--                part of a key is ever NULL
--   timestamp    the moment of a sample or the start of a bucket, UTC
--   local_time   the wall clock that the API gave, site's time
--   interval_s   0: a sample at that moment; else the length in seconds of the bucket
--   source       the generation of the API that the values come from
--   extra        fields of the answer that have no column of their own, JSON
--   last_seen    when the server last listed it, UTC; what vanished keeps its row
--   updated_at   when a value of the row last really changed, UTC
--
-- Instants are DATETIME in UTC, never TIMESTAMP, which would shift with the time zone of a session. Texts
-- compare byte by byte, trailing spaces included. JSON is kept as the text that came, unchanged. Missing is
-- NULL, never 0. Flags are 0 or 1. Units stand in the names and in brackets.

-- migrations that have been applied
create table if not exists schema_migrations (
  version bigint not null,      -- number of the migration; 0: the views
  name text not null,           -- its name; of the views a checksum of what makes them
  applied_at datetime not null, -- UTC: when it was applied
  primary key (version)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- who holds the lock against two syncs of one database: one row, valid as long as that connection lives
create table if not exists sync_lock (
  name varchar(64) not null,    -- always sync
  connection bigint not null,   -- connection that holds the lock of the server
  host text not null,           -- host of the process
  pid bigint not null,          -- process
  since_at datetime not null,   -- UTC: when it started
  primary key (name)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- one row per installation, with the latest figures of its overview
create table if not exists sites (
  site_id bigint not null,
  name text,                                       -- name of the site
  account_id bigint,                               -- account that owns it
  status text,                                     -- Active, PendingCommunication, Disabled
  peak_power_kwp double,                           -- installed peak power [kWp]
  last_update_date date,                           -- day of the last update in the site list
  currency text,                                   -- currency of the revenues
  installation_date date,                          -- day of installation
  pto_date date,                                   -- permission to operate
  notes text,
  site_type text,                                  -- kind of installation
  country text,
  country_code text,                               -- ISO country code
  state text,
  state_code text,
  city text,
  address text,                                    -- street and number
  address2 text,                                   -- second address line
  zip text,                                        -- postal code
  time_zone text,                                  -- IANA time zone
  alert_quantity bigint,                           -- open alerts (account keys only)
  alert_severity text,                             -- highest severity (account keys only)
  module_manufacturer text,                        -- maker of the primary module
  module_model text,                               -- model of the primary module
  module_maximum_power_w double,                   -- maximum power of a module [W]
  module_temperature_coefficient_pct_per_c double, -- temperature coefficient of a module [%/°C]
  uris mediumtext,                                 -- addresses of the site's resources
  public_name text,                                -- name on the public page
  is_public tinyint,                               -- whether there is a public page
  data_start_date date,                            -- first day with data
  data_end_date date,                              -- last day with data
  last_update_local datetime,                      -- site's time: the site's last update, its wall clock
  last_update_at datetime,                         -- UTC: the site's last update
  lifetime_energy_wh double,                       -- energy of its life [Wh]
  lifetime_revenue double,                         -- revenue of its life, in the site's currency
  year_energy_wh double,                           -- energy of the current year [Wh]
  year_revenue double,                             -- revenue of the current year
  month_energy_wh double,                          -- energy of the current month [Wh]
  month_revenue double,                            -- revenue of the current month
  day_energy_wh double,                            -- energy of the current day [Wh]
  day_revenue double,                              -- revenue of the current day
  current_power_w double,                          -- power at the last update [W]
  measured_by text,                                -- INVERTER or METER
  overview_extra mediumtext,                       -- fields of the overview that have no column
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- every device that has a serial number
create table if not exists equipment (
  site_id bigint not null,
  device_key varchar(255) not null,
  serial_number text,
  category text,                -- inverter, third-party-inverter, meter, gateway, battery, optimizer …
  name text,
  manufacturer text,            -- maker
  model text,
  peak_power_dc_kwp double,     -- module power connected [kWp]
  communication_method text,    -- ETHERNET, WIFI, RS485 …
  firmware_version text,        -- firmware
  cpu_version text,             -- CPU firmware of an inverter
  dsp1_version text,            -- DSP 1 firmware of an inverter
  dsp2_version text,            -- DSP 2 firmware of an inverter
  connected_optimizers bigint,  -- optimizers on an inverter
  connected_to text,            -- name of the device it is connected to
  connected_to_serial text,     -- serial number of the device it is connected to
  nameplate_capacity_wh double, -- capacity of a battery [Wh]
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, device_key)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- storage units
create table if not exists batteries (
  site_id bigint not null,
  device_key varchar(255) not null,
  serial_number text,
  name text,
  manufacturer text,            -- maker
  model text,                   -- model in the inventory
  model_number text,            -- model number in the storage data
  firmware_version text,        -- firmware
  connected_to text,            -- name of the inverter it is connected to
  connected_to_serial text,     -- serial number of that inverter
  nameplate_capacity_wh double, -- capacity in the inventory [Wh]
  nameplate_wh double,          -- capacity in the storage data [Wh]
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, device_key)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- meters, one row for each direction that a meter counts
create table if not exists meters (
  site_id bigint not null,
  device_key varchar(255) not null,
  meter_type varchar(64) not null, -- Production, Consumption, SelfConsumption, FeedIn, Purchased
  serial_number text,              -- serial number; virtual meters have none
  name text,
  manufacturer text,               -- maker
  model text,
  firmware_version text,           -- firmware
  form text,                       -- physical or virtual
  connected_to text,               -- name of the device it is connected to
  connected_to_serial text,        -- serial number of that device
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, device_key, meter_type)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- the complete inventory as the server lists it, all categories
create table if not exists inventory (
  site_id bigint not null,
  category varchar(64) not null, -- inverter, third-party-inverter, meter, sensor, gateway, battery
  device_key varchar(255) not null,
  type varchar(255) not null,    -- type of a meter or sensor, else empty
  serial_number text,
  name text,
  manufacturer text,             -- maker
  model text,
  firmware_version text,         -- firmware
  cpu_version text,              -- CPU firmware of an inverter
  dsp1_version text,             -- DSP 1 firmware of an inverter
  dsp2_version text,             -- DSP 2 firmware of an inverter
  communication_method text,     -- how an inverter communicates
  connected_optimizers bigint,   -- optimizers on an inverter
  connected_to text,             -- name of the device it is connected to
  connected_to_serial text,      -- serial number of that device
  form text,                     -- physical or virtual
  nameplate_capacity_wh double,  -- capacity of a battery [Wh]
  sensor_id text,                -- id of a sensor
  sensor_category text,          -- category of a sensor
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, category, device_key, type)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- weather and irradiance sensors
create table if not exists sensors (
  site_id bigint not null,
  device_key varchar(255) not null,
  connected_to text,        -- name of the gateway
  connected_to_serial text, -- serial number of the gateway
  sensor_id text,           -- id
  name text,
  category text,            -- IRRADIANCE, TEMPERATURE …
  type text,                -- type in words
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, device_key)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- what the site has saved in its life, always metric
create table if not exists environmental_benefits (
  site_id bigint not null,
  co2_saved_kg double,  -- carbon dioxide saved [kg]
  so2_saved_kg double,  -- sulphur dioxide saved [kg]
  nox_saved_kg double,  -- nitrogen oxides saved [kg]
  trees_planted double, -- equivalent in trees
  light_bulbs double,   -- equivalent in light bulbs for a day
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- alerts (the first generation gives them to partners only)
create table if not exists alerts (
  site_id bigint not null,
  alert_id varchar(255) not null, -- number of the alert
  category text,
  alert_type text,                -- type or code
  severity text,                  -- severity in words
  impact bigint,                  -- impact from 0 to 10
  status text,                    -- OPEN or CLOSED
  first_trigger_at datetime,      -- UTC: first occurrence
  last_trigger_at datetime,       -- UTC: last occurrence
  component_name text,            -- name of the component
  component_serial text,          -- serial number of the component
  error_codes mediumtext,
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, alert_id)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- replacements of devices
create table if not exists equipment_changes (
  site_id bigint not null,
  device_key varchar(255) not null,
  change_date date not null,           -- local day of the change
  serial_number varchar(255) not null, -- serial number then
  part_number text,                    -- part number then
  extra mediumtext,
  last_seen datetime not null,
  updated_at datetime not null,
  primary key (site_id, device_key, change_date, serial_number)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- energy produced per day, month and year
create table if not exists energy_readings (
  site_id bigint not null,
  time_unit varchar(16) not null, -- DAY, WEEK, MONTH or YEAR
  reading_date date not null,     -- first local day of the bucket
  energy_wh double,               -- energy produced [Wh]
  measured_by text,               -- INVERTER or METER
  is_complete tinyint not null,   -- 1 when the bucket had ended by the site's last update
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, time_unit, reading_date)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- mean power produced per quarter-hour
create table if not exists power_readings (
  site_id bigint not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  power_w double,   -- mean power in the bucket [W]
  measured_by text, -- INVERTER or METER
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- mean power per quarter-hour, by meter type
create table if not exists power_details (
  site_id bigint not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  production_w double,       -- AC output of the inverters, battery discharge included [W]
  consumption_w double,      -- consumption of the site [W]
  self_consumption_w double, -- production that the site used itself [W]
  feed_in_w double,          -- exported to the grid [W]
  purchased_w double,        -- imported from the grid [W]
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- energy per quarter-hour, by meter type
create table if not exists energy_details (
  site_id bigint not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  production_wh double,       -- AC output of the inverters, battery discharge included [Wh]
  consumption_wh double,      -- consumption of the site [Wh]
  self_consumption_wh double, -- production that the site used itself [Wh]
  feed_in_wh double,          -- exported to the grid [Wh]
  purchased_wh double,        -- imported from the grid [Wh]
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- snapshots of the power flow; net columns: import and discharge positive, pv + grid + storage = load
create table if not exists power_flows (
  site_id bigint not null,
  timestamp datetime not null,
  local_time datetime not null,
  pv_power_w double,            -- solar production [W]
  grid_power_w double,          -- net: import positive, export negative [W]
  load_power_w double,          -- consumption [W]
  storage_power_w double,       -- net: discharge positive, charge negative [W]
  pv_status text,               -- Active, Idle …
  grid_status text,             -- Active, Idle …
  load_status text,             -- Active, Idle …
  storage_status text,          -- Charging, Discharging, Idle …
  state_of_charge_pct double,   -- state of charge [%]
  storage_critical tinyint,     -- 1 below the critical charge
  storage_time_left text,       -- time left in backup
  update_refresh_rate_s double, -- seconds between updates of the server [s]
  connections mediumtext,       -- the flows as the server names them
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, timestamp)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- time series of each battery
create table if not exists battery_telemetry (
  site_id bigint not null,
  device_key varchar(255) not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  power_w double,                       -- net: discharge positive, charge negative [W]
  state_of_charge_pct double,           -- state of charge [%]
  battery_state bigint,                 -- state code
  lifetime_energy_charged_wh double,    -- energy charged in its life [Wh]
  lifetime_energy_discharged_wh double, -- energy discharged in its life [Wh]
  full_pack_energy_wh double,           -- energy of the full pack [Wh]
  internal_temperature_c double,        -- temperature inside [°C]
  grid_charging_wh double,              -- charged from the grid since grid_charging_from, as first told [Wh]
  grid_charging_from datetime,          -- site's time: start of the request that grid_charging_wh counts from
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, device_key, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- registers of the meters
create table if not exists meter_readings (
  site_id bigint not null,
  device_key varchar(255) not null,
  meter_type varchar(64) not null, -- Production, Consumption, FeedIn, Purchased
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  lifetime_energy_wh double,       -- register reading [Wh]
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, device_key, meter_type, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- technical data of each inverter
create table if not exists inverter_telemetry (
  site_id bigint not null,
  device_key varchar(255) not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  total_active_power_w double,         -- AC power of all phases [W]
  dc_voltage_v double,                 -- DC voltage [V]
  ground_fault_resistance_kohm double, -- isolation resistance (unit not stated by the API)
  power_limit_pct double,              -- power limit [%]
  lifetime_energy_wh double,           -- energy counter of the inverter [Wh]
  temperature_c double,                -- temperature [°C]
  inverter_mode text,                  -- MPPT, SLEEPING, FAULT …
  operation_mode bigint,               -- 0 on-grid, 1 off-grid, 2 off-grid with generator
  q_ref_var double,                    -- reactive power asked for [VAr]
  voltage_l1_to_l2_v double,           -- voltage between phases 1 and 2 [V]
  voltage_l2_to_l3_v double,           -- voltage between phases 2 and 3 [V]
  voltage_l3_to_l1_v double,           -- voltage between phases 3 and 1 [V]
  voltage_l1_to_n_v double,            -- voltage of phase 1 to neutral [V]
  voltage_l2_to_n_v double,            -- voltage of phase 2 to neutral [V]
  l1_ac_current_a double,              -- AC current of phase 1 [A]
  l1_ac_voltage_v double,              -- AC voltage of phase 1 [V]
  l1_ac_frequency_hz double,           -- AC frequency of phase 1 [Hz]
  l1_apparent_power_va double,         -- apparent power of phase 1 [VA]
  l1_active_power_w double,            -- active power of phase 1 [W]
  l1_reactive_power_var double,        -- reactive power of phase 1 [VAr]
  l1_cos_phi double,                   -- power factor of phase 1
  l2_ac_current_a double,              -- AC current of phase 2 [A]
  l2_ac_voltage_v double,              -- AC voltage of phase 2 [V]
  l2_ac_frequency_hz double,           -- AC frequency of phase 2 [Hz]
  l2_apparent_power_va double,         -- apparent power of phase 2 [VA]
  l2_active_power_w double,            -- active power of phase 2 [W]
  l2_reactive_power_var double,        -- reactive power of phase 2 [VAr]
  l2_cos_phi double,                   -- power factor of phase 2
  l3_ac_current_a double,              -- AC current of phase 3 [A]
  l3_ac_voltage_v double,              -- AC voltage of phase 3 [V]
  l3_ac_frequency_hz double,           -- AC frequency of phase 3 [Hz]
  l3_apparent_power_va double,         -- apparent power of phase 3 [VA]
  l3_active_power_w double,            -- active power of phase 3 [W]
  l3_reactive_power_var double,        -- reactive power of phase 3 [VAr]
  l3_cos_phi double,                   -- power factor of phase 3
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, device_key, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- data of each panel; no source has them yet
create table if not exists optimizer_telemetry (
  site_id bigint not null,
  device_key varchar(255) not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  dc_voltage_v double, -- voltage of the module [V]
  dc_current_a double, -- current of the module [A]
  power_w double,      -- power of the module [W]
  energy_wh double,    -- energy in the bucket [Wh]
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, device_key, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- readings of the sensors, metric (°C, m/s, W/m²)
create table if not exists sensor_readings (
  site_id bigint not null,
  device_key varchar(255) not null,
  timestamp datetime not null,
  local_time datetime not null,
  interval_s bigint not null,
  measurement text, -- what it measures, as the API names it
  value double,     -- reading, in the metric unit of its measurement
  source varchar(64) not null,
  extra mediumtext,
  updated_at datetime not null,
  primary key (site_id, device_key, timestamp, interval_s)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- ranges of time known to be fetched; ranges of a key never overlap
create table if not exists coverage (
  site_id bigint not null,
  series varchar(64) not null,  -- the series of requests, for example energy or power
  device_key varchar(255) not null,
  start_at datetime not null,   -- UTC: start, inclusive
  end_at datetime not null,     -- UTC: end, exclusive
  state text not null           -- covered, or empty: asked and nothing was there
    check (state in ('covered', 'empty')),
  fetched_at datetime not null, -- UTC: when it was last asked
  primary key (site_id, series, device_key, start_at)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- what is known of each series: last sync, last error, availability (site 0: the account)
create table if not exists sync_metadata (
  site_id bigint not null,
  series varchar(64) not null, -- the series of requests, for example energy or power
  device_key varchar(255) not null,
  data_type text not null,     -- the type of data it belongs to
  source text,
  last_success_at datetime,    -- UTC: last request that succeeded
  last_update_label datetime,  -- site's time: the site's last update as it was known then
  newest_data_at datetime,     -- UTC: newest value stored
  wanted_from datetime,        -- UTC: how far back the history is wanted
  unavailable_since datetime,  -- UTC: when it was found not available, NULL when it is
  unavailable_reason text,     -- why it is not available
  span_s bigint,               -- widest request that the server accepts, where it refused the usual one [s]
  last_error_at datetime,      -- UTC: last failure
  last_error text,             -- what went wrong; NULL after a success
  primary key (site_id, series, device_key)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- one row per sync
create table if not exists runs (
  run_id varchar(255) not null, -- start and process, unique
  host text not null,           -- host that ran it
  pid bigint not null,          -- process that ran it
  started_at datetime not null, -- UTC: start
  finished_at datetime,         -- UTC: end; NULL while it runs or when it died
  exit_code bigint,
  requests bigint,              -- requests sent
  rows_inserted bigint,
  rows_changed bigint,
  summary mediumtext,           -- the summary that --json prints
  primary key (run_id)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- values that the server revised after the fact
create table if not exists revisions (
  table_name varchar(64) not null, -- table
  row_key varchar(600) not null,   -- JSON array of the key's values
  revised_at datetime not null,    -- UTC: when the new value was stored
  site_id bigint not null,
  old_values mediumtext not null,  -- the values before, as a JSON object
  primary key (table_name, row_key, revised_at)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
