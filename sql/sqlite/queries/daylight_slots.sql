-- At which times of the day a site has produced lately: tells a site that sleeps by night from one
-- that is silent by day. One row per site and local time of day (HH:MM) at which any power was seen;
-- `days` says on how many days.
-- :site_ids is a JSON array of numbers, NULL: all sites; :since is a local date, NULL: all history.
select
  site_id,
  substr(local_time, 12, 5) as slot,
  count(distinct substr(local_time, 1, 10)) as days
from power_readings
where power_w > 0
  and (:site_ids is null or site_id in (select value from json_each(:site_ids)))
  -- No zone is further than a day from UTC: this bound lets the key find the rows.
  and (:since is null or timestamp >= date(:since, '-1 day'))
  and (:since is null or local_time >= :since)
group by site_id, slot
order by site_id, slot;
