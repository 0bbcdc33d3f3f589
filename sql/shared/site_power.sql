-- The power of a site without a battery as it is stored, for the quarter-hours that begin from :from_at on and
-- before :to_at. With one the modules' power is another quantity than what comes out of the inverters; before
-- the devices are listed nobody knows whether there is one.
select r.timestamp, r.local_time, r.power_w
from power_readings r
where r.site_id = :site_id
  and r.timestamp >= :from_at
  and r.timestamp < :to_at
  and r.interval_s = 900
  and exists (select 1 from inventory i where i.site_id = :site_id)
  and not exists (select 1 from batteries b where b.site_id = :site_id);
