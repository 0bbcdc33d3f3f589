-- The days of the batteries of a site for `seh report`, oldest first.
select device_key, battery_name, day, charged_wh, discharged_wh, full_cycles
from v_battery_daily
where site_id = :site_id
order by device_key, day;
