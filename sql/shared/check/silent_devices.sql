-- Times at which a device of a site gave nothing on days on which devices of its kind did: its last day before,
-- its next day after (NULL: none since), and on how many days others spoke in between.
with readings as (
  select 'inverter_telemetry' as table_name, '' as kind, device_key, date(local_time) as day
  from inverter_telemetry
  where site_id = :site_id
    and coalesce(total_active_power_w, ac_energy_wh, lifetime_energy_wh) is not null
  group by device_key, date(local_time)
  union all
  select 'battery_telemetry' as table_name, '' as kind, device_key, date(local_time) as day
  from battery_telemetry
  where site_id = :site_id
    and coalesce(power_w, state_of_charge_pct, charge_energy_wh) is not null
  group by device_key, date(local_time)
  union all
  select
    'meter_readings' as table_name,
    case when max(case when meter_type = 'Production' then 0 else 1 end) = 0 then 'production' else '' end
      as kind,
    device_key,
    date(local_time) as day
  from meter_readings
  where site_id = :site_id
    and coalesce(lifetime_energy_wh, power_w, energy_wh) is not null
  group by device_key, date(local_time)
),
numbered as (
  select
    readings.*,
    dense_rank() over (partition by table_name, kind order by day) as day_number
  from readings
),
steps as (
  select
    table_name,
    device_key,
    day as last_day,
    lead(day) over of_device as next_day,
    coalesce(
      lead(day_number) over of_device,
      1 + max(day_number) over (partition by table_name, kind)
    ) - day_number - 1 as silent_days
  from numbered
  window of_device as (partition by table_name, kind, device_key order by day)
)
select
  s.table_name,
  s.device_key,
  s.last_day,
  s.next_day,
  s.silent_days,
  e.last_seen,
  (select max(o.last_seen) from equipment o where o.site_id = :site_id) as list_seen
from steps s
left join equipment e on e.site_id = :site_id and e.device_key = s.device_key
where s.silent_days >= :least_days
order by s.table_name, s.device_key, s.last_day
limit 10000;
