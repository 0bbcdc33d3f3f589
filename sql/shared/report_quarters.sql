-- All quarter-hours of a site for `seh report`: the columns that it shows, oldest first.
select
  timestamp,
  local_time,
  production_wh,
  consumption_wh,
  feed_in_wh,
  purchased_wh
from energy_details
where site_id = :site_id and interval_s = 900
order by timestamp;
