-- Days of a site that have not the usual 96 quarter-hours; the first and the last day of each table, which may
-- be parts of days, are not among them.
with days as (
  select 'power_readings' as table_name, date(local_time) as day, count(*) as slots
  from power_readings
  where site_id = :site_id and interval_s = 900
  group by date(local_time)
  union all
  select 'power_details' as table_name, date(local_time) as day, count(*) as slots
  from power_details
  where site_id = :site_id and interval_s = 900
  group by date(local_time)
  union all
  select 'energy_details' as table_name, date(local_time) as day, count(*) as slots
  from energy_details
  where site_id = :site_id and interval_s = 900
  group by date(local_time)
),
bounded as (
  select
    days.*,
    min(day) over (partition by table_name) as first_day,
    max(day) over (partition by table_name) as last_day
  from days
)
select table_name, day, slots
from bounded
where slots <> 96 and day > first_day and day < last_day
order by table_name, day
limit 10000;
