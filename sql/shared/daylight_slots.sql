-- At which times of the day a site has produced lately: distinguishes a site that sleeps by night from
-- one that is silent by day. One row per site and local time of day (HH:MM) at which any power was seen;
-- `days` says on how many days. :since is a local date, and :day_before_since the day before it.
select
  site_id,
  substr(cast(local_time as char(19)), 12, 5) as slot,
  count(distinct substr(cast(local_time as char(19)), 1, 10)) as days
from power_readings
where power_w > 0
  and :of_sites
  -- No zone is further than a day from UTC: this bound lets the key find the rows.
  and timestamp >= :day_before_since
  and local_time >= :since
group by site_id, slot
order by site_id, slot;
