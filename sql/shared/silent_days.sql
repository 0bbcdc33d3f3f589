-- Local days of which a site reported no power at some time around noon, although quarter-hours of them
-- are stored: it may have been silent then. One row per site and day.
select site_id, substr(cast(local_time as char(19)), 1, 10) as day
from power_readings
where substr(cast(local_time as char(19)), 12, 5) >= '11:00'
  and substr(cast(local_time as char(19)), 12, 5) < '13:00'
group by site_id, day
having count(*) > count(power_w)
order by site_id, day;
