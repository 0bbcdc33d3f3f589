-- Days of a site with quarter-hours whose parts do not add up: production is what the site used itself and
-- what it fed in, consumption what it used itself and what it purchased. `most` is the largest difference.
select *
from (
  select
    'energy_details' as table_name,
    'production' as side,
    date(local_time) as day,
    count(*) as slots,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    max(abs(production_wh - self_consumption_wh - feed_in_wh)) as most
  from energy_details
  where site_id = :site_id
    and abs(production_wh - self_consumption_wh - feed_in_wh) > :least_wh
    and abs(production_wh - self_consumption_wh - feed_in_wh) > :share * abs(production_wh)
  group by date(local_time)
  union all
  select
    'energy_details' as table_name,
    'consumption' as side,
    date(local_time) as day,
    count(*) as slots,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    max(abs(consumption_wh - self_consumption_wh - purchased_wh)) as most
  from energy_details
  where site_id = :site_id
    and abs(consumption_wh - self_consumption_wh - purchased_wh) > :least_wh
    and abs(consumption_wh - self_consumption_wh - purchased_wh) > :share * abs(consumption_wh)
  group by date(local_time)
  union all
  select
    'power_details' as table_name,
    'production' as side,
    date(local_time) as day,
    count(*) as slots,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    max(abs(production_w - self_consumption_w - feed_in_w)) as most
  from power_details
  where site_id = :site_id
    and abs(production_w - self_consumption_w - feed_in_w) > :least_w
    and abs(production_w - self_consumption_w - feed_in_w) > :share * abs(production_w)
  group by date(local_time)
  union all
  select
    'power_details' as table_name,
    'consumption' as side,
    date(local_time) as day,
    count(*) as slots,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    max(abs(consumption_w - self_consumption_w - purchased_w)) as most
  from power_details
  where site_id = :site_id
    and abs(consumption_w - self_consumption_w - purchased_w) > :least_w
    and abs(consumption_w - self_consumption_w - purchased_w) > :share * abs(consumption_w)
  group by date(local_time)
) as unequal
order by table_name, side, day
limit 10000;
