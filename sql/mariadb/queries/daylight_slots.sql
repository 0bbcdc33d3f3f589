-- At which times of the day a site has produced lately: tells a site that sleeps by night from one
-- that is silent by day. One row per site and local time of day (HH:MM) at which any power was seen;
-- `days` says on how many days.
-- :site_ids is a JSON array of numbers, NULL: all sites; :since is a local date, NULL: all history.
select
  site_id,
  date_format(local_time, '%H:%i') as slot,
  count(distinct date(local_time)) as days
from power_readings
where power_w > 0
  and (
    :site_ids is null
    or site_id in (
      select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
    )
  )
  -- No zone is further than a day from UTC: this bound lets the key find the rows.
  and (:since is null or timestamp >= cast(:since as date) - interval 1 day)
  and (:since is null or local_time >= cast(:since as date))
group by site_id, slot
order by site_id, slot;
