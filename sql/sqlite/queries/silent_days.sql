-- Local days of which a site told no power at some time around noon, although quarter-hours of them are
-- stored: it may have been silent then. One row per site and day.
select site_id, substr(local_time, 1, 10) as day
from power_readings
where substr(local_time, 12, 5) >= '11:00' and substr(local_time, 12, 5) < '13:00'
group by site_id, day
having count(*) > count(power_w)
order by site_id, day;
