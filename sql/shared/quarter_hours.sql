-- What meters and inverters of a site gave for the buckets that begin from :from_at on and before
-- :to_at; meter_type '' is an inverter. Each device is looked up in the key by itself: the key finds
-- times only within a device, and a cross join keeps SQLite to that order.
with recursive inverters (device_key) as (
  select min(t.device_key) from inverter_telemetry t where t.site_id = :site_id
  union all
  select (
    select min(t.device_key)
    from inverter_telemetry t
    where t.site_id = :site_id and t.device_key > inverters.device_key
  )
  from inverters
  where inverters.device_key is not null
)
select
  r.timestamp,
  r.local_time,
  r.interval_s,
  r.device_key,
  r.meter_type,
  r.power_w,
  r.energy_wh
from meters m
cross join meter_readings r
where m.site_id = :site_id
  and r.site_id = :site_id
  and r.device_key = m.device_key
  and r.meter_type = m.meter_type
  and r.timestamp >= :from_at
  and r.timestamp < :to_at
  and r.interval_s > 0
union all
select
  t.timestamp,
  t.local_time,
  t.interval_s,
  t.device_key,
  '' as meter_type,
  t.total_active_power_w as power_w,
  t.ac_energy_wh as energy_wh
from inverters i
cross join inverter_telemetry t
where t.site_id = :site_id
  and t.device_key = i.device_key
  and t.timestamp >= :from_at
  and t.timestamp < :to_at
  and t.interval_s > 0;
