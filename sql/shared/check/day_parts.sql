-- Days of a site whose quarter-hours do not add up to the energy of the day. `filled` quarter-hours have
-- production, the first at first_at and the last at last_at; `slots` are there at all, `blank` of them
-- without any value. Power and the details have a total of their own in the second generation of the API.
with parts as (
  select
    'energy_details' as table_name,
    date(local_time) as day,
    sum(production_wh) as parts_wh,
    count(production_wh) as filled,
    count(*) as slots,
    max(source) as source,
    sum(
      case
        when coalesce(production_wh, consumption_wh, feed_in_wh, purchased_wh) is null then 1
        else 0
      end
    ) as blank,
    min(case when production_wh is not null then timestamp end) as first_at,
    max(case when production_wh is not null then timestamp end) as last_at
  from energy_details
  where site_id = :site_id and interval_s = 900
  group by date(local_time)
  union all
  select
    'power_details',
    date(local_time),
    sum(production_w) / 4,
    count(production_w),
    count(*),
    max(source),
    sum(
      case
        when coalesce(production_w, consumption_w, feed_in_w, purchased_w) is null then 1
        else 0
      end
    ),
    min(case when production_w is not null then timestamp end),
    max(case when production_w is not null then timestamp end)
  from power_details
  where site_id = :site_id and interval_s = 900
  group by date(local_time)
  union all
  select
    'power_readings',
    date(local_time),
    sum(power_w) / 4,
    count(power_w),
    count(*),
    max(source),
    sum(case when power_w is null then 1 else 0 end),
    min(case when power_w is not null then timestamp end),
    max(case when power_w is not null then timestamp end)
  from power_readings
  where site_id = :site_id and interval_s = 900
  group by date(local_time)
)
select
  p.table_name,
  p.day,
  e.energy_wh as stated_wh,
  p.parts_wh,
  p.filled,
  p.slots,
  p.source,
  p.blank,
  p.first_at,
  p.last_at,
  case p.table_name when 'power_readings' then e.production_wh else e.metered_production_wh end
    as own_total_wh
from parts p
join energy_readings e
  on e.site_id = :site_id and e.time_unit = 'DAY' and e.reading_date = p.day
where e.is_complete = 1
  and abs(e.energy_wh - p.parts_wh) > :least_wh
  and abs(e.energy_wh - p.parts_wh) > :share * e.energy_wh
order by p.table_name, p.day
limit 10000;
