-- Runs of a site's readings that are the same to the last digit, :least_w of power at the least, and the
-- highest reading of the same column that is not above :most_w. A run of n readings has n - 1 that equal the one before: of these the
-- place among all readings and the place among themselves are always equally far apart.
with readings as (
  select
    'power_readings' as table_name,
    '' as device_key,
    'power_w' as column_name,
    timestamp,
    power_w as value,
    lag(power_w) over (order by timestamp, interval_s) as former,
    row_number() over (order by timestamp, interval_s) as place
  from power_readings
  where site_id = :site_id and power_w is not null
  union all
  select
    'power_details' as table_name,
    '' as device_key,
    'production_w' as column_name,
    timestamp,
    production_w as value,
    lag(production_w) over (order by timestamp, interval_s) as former,
    row_number() over (order by timestamp, interval_s) as place
  from power_details
  where site_id = :site_id and production_w is not null
  union all
  select
    'power_details' as table_name,
    '' as device_key,
    'consumption_w' as column_name,
    timestamp,
    consumption_w as value,
    lag(consumption_w) over (order by timestamp, interval_s) as former,
    row_number() over (order by timestamp, interval_s) as place
  from power_details
  where site_id = :site_id and consumption_w is not null
  union all
  select
    'inverter_telemetry' as table_name,
    device_key as device_key,
    'total_active_power_w' as column_name,
    timestamp,
    total_active_power_w as value,
    lag(total_active_power_w) over (partition by device_key order by timestamp, interval_s) as former,
    row_number() over (partition by device_key order by timestamp, interval_s) as place
  from inverter_telemetry
  where site_id = :site_id and total_active_power_w is not null
),
same as (
  select
    table_name,
    device_key,
    column_name,
    timestamp,
    value,
    place - row_number() over (partition by table_name, device_key, column_name order by place)
      as run
  from readings
  where value = former and value >= :least_w
),
-- Once for each device: asked for each run, it would read ten years some thousand times.
highest_of_devices as (
  select device_key, max(total_active_power_w) as highest
  from inverter_telemetry
  where site_id = :site_id and total_active_power_w <= :most_w
  group by device_key
)
select
  same.table_name,
  same.device_key,
  same.column_name,
  min(same.value) as value,
  count(*) as readings,
  min(same.timestamp) as first_at,
  max(same.timestamp) as last_at,
  case same.column_name
    when 'power_w' then (
      select max(power_w) from power_readings where site_id = :site_id and power_w <= :most_w
    )
    when 'production_w' then (
      select max(production_w) from power_details where site_id = :site_id and production_w <= :most_w
    )
    when 'total_active_power_w' then max(h.highest)
  end as highest
from same
left join highest_of_devices h
  on same.column_name = 'total_active_power_w' and h.device_key = same.device_key
group by same.table_name, same.device_key, same.column_name, same.run
having count(*) >= 10
order by same.table_name, same.device_key, same.column_name, first_at
limit 10000;
