-- Runs of a site's readings that are the same to the last digit, :least_w of power at the least, and the
-- highest reading of the same column. A run of n readings has n - 1 that equal the one before.
with told as (
  select
    'power_readings' as table_name,
    '' as device_key,
    'power_w' as column_name,
    timestamp,
    power_w as value,
    case when power_w = lag(power_w) over (order by timestamp, interval_s) then 1 else 0 end as is_same
  from power_readings
  where site_id = :site_id and power_w is not null
  union all
  select
    'power_details' as table_name,
    '' as device_key,
    'production_w' as column_name,
    timestamp,
    production_w as value,
    case when production_w = lag(production_w) over (order by timestamp, interval_s) then 1 else 0 end as is_same
  from power_details
  where site_id = :site_id and production_w is not null
  union all
  select
    'power_details' as table_name,
    '' as device_key,
    'consumption_w' as column_name,
    timestamp,
    consumption_w as value,
    case when consumption_w = lag(consumption_w) over (order by timestamp, interval_s) then 1 else 0 end as is_same
  from power_details
  where site_id = :site_id and consumption_w is not null
  union all
  select
    'inverter_telemetry' as table_name,
    device_key as device_key,
    'total_active_power_w' as column_name,
    timestamp,
    total_active_power_w as value,
    case when total_active_power_w = lag(total_active_power_w) over (partition by device_key order by timestamp, interval_s) then 1 else 0 end as is_same
  from inverter_telemetry
  where site_id = :site_id and total_active_power_w is not null
),
counted as (
  select
    told.*,
    sum(1 - is_same) over (
      partition by table_name, device_key, column_name order by timestamp
    ) as run,
    max(value) over (partition by table_name, device_key, column_name) as highest
  from told
)
select
  table_name,
  device_key,
  column_name,
  value,
  highest,
  count(*) as readings,
  min(timestamp) as first_at,
  max(timestamp) as last_at
from counted
where value >= :least_w
group by table_name, device_key, column_name, run, value, highest
having count(*) >= 12
order by table_name, device_key, column_name, first_at
limit 10000;
