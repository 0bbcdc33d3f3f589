-- Local days of which a site told no power at some time around noon, although quarter-hours of them are
-- stored: it may have been silent then. One row per site and day.
select site_id, to_char(local_time, 'YYYY-MM-DD') as day
from power_readings
where local_time::time >= '11:00' and local_time::time < '13:00'
group by site_id, day
having count(*) > count(power_w)
order by site_id, day;
