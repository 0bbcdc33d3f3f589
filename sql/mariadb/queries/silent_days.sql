-- Local days of which a site told no power at some time around noon, although quarter-hours of them are
-- stored: it may have been silent then. One row per site and day.
select site_id, date_format(local_time, '%Y-%m-%d') as day
from power_readings
where time(local_time) >= '11:00:00' and time(local_time) < '13:00:00'
group by site_id, day
having count(*) > count(power_w)
order by site_id, day;
