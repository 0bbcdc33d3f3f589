-- The first and the last quarter-hour of each day of a site at which it produced, and at which it produced
-- as much as it does by day.
select
  'power_readings' as table_name,
  date(local_time) as day,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  min(case when power_w > :bright_w then timestamp end) as bright_from,
  max(case when power_w > :bright_w then timestamp end) as bright_to
from power_readings
where site_id = :site_id and power_w > :least_w and interval_s > 0
group by date(local_time)
union all
select
  'power_details' as table_name,
  date(local_time) as day,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  min(case when production_w > :bright_w then timestamp end) as bright_from,
  max(case when production_w > :bright_w then timestamp end) as bright_to
from power_details
where site_id = :site_id and production_w > :least_w and interval_s > 0
group by date(local_time)
union all
select
  'energy_details' as table_name,
  date(local_time) as day,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  min(case when production_wh * 4 > :bright_w then timestamp end) as bright_from,
  max(case when production_wh * 4 > :bright_w then timestamp end) as bright_to
from energy_details
where site_id = :site_id and production_wh * 4 > :least_w and interval_s > 0
group by date(local_time)
order by table_name, day;
