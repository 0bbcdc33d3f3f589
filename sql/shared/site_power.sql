-- The power of a site as it is stored, for the quarter-hours that begin from :from_at on and before :to_at.
select r.timestamp, r.power_w
from power_readings r
where r.site_id = :site_id
  and r.timestamp >= :from_at
  and r.timestamp < :to_at
  and r.interval_s = 900;
