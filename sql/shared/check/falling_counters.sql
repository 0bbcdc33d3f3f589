-- Readings of lifetime counters of a site that are lower than the reading before them.
with readings as (
  select
    'inverter_telemetry' as table_name,
    device_key,
    'lifetime energy' as part,
    timestamp,
    lifetime_energy_wh as value_wh,
    lag(lifetime_energy_wh) over (partition by device_key order by timestamp, interval_s) as before_wh
  from inverter_telemetry
  where site_id = :site_id and lifetime_energy_wh is not null
  union all
  select
    'meter_readings' as table_name,
    device_key,
    meter_type as part,
    timestamp,
    lifetime_energy_wh as value_wh,
    lag(lifetime_energy_wh) over (partition by device_key, meter_type order by timestamp, interval_s) as before_wh
  from meter_readings
  where site_id = :site_id and lifetime_energy_wh is not null
  union all
  select
    'battery_telemetry' as table_name,
    device_key,
    'energy charged' as part,
    timestamp,
    lifetime_energy_charged_wh as value_wh,
    lag(lifetime_energy_charged_wh) over (partition by device_key order by timestamp, interval_s) as before_wh
  from battery_telemetry
  where site_id = :site_id and lifetime_energy_charged_wh is not null
  union all
  select
    'battery_telemetry' as table_name,
    device_key,
    'energy discharged' as part,
    timestamp,
    lifetime_energy_discharged_wh as value_wh,
    lag(lifetime_energy_discharged_wh) over (partition by device_key order by timestamp, interval_s) as before_wh
  from battery_telemetry
  where site_id = :site_id and lifetime_energy_discharged_wh is not null
)
select table_name, device_key, part, timestamp, value_wh, before_wh
from readings
where before_wh - value_wh > :least_wh and before_wh - value_wh > :share * before_wh
order by table_name, device_key, part, timestamp
limit 10000;
