-- At which times of the day a site has produced lately: tells a site that sleeps by night from one
-- that is silent by day. One row per site and local time of day (HH:MM) at which any power was seen;
-- `days` says on how many days.
-- :site_ids is a JSON array of numbers, NULL: all sites; :since is a local date, NULL: all history.
select
  site_id,
  to_char(local_time, 'HH24:MI') as slot,
  count(distinct local_time::date) as days
from power_readings
where power_w > 0
  and (
    :site_ids::text is null
    or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
  )
  -- No zone is further than a day from UTC: this bound lets the key find the rows.
  and (:since::date is null or timestamp >= (:since::date - 1)::timestamp at time zone 'UTC')
  and (:since::date is null or local_time >= :since::date)
group by site_id, slot
order by site_id, slot;
