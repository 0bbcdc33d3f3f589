-- The days of the inverters of a site for `seh report`, oldest first.
select
  device_key,
  inverter_name,
  day,
  energy_wh,
  specific_yield_kwh_per_kwp,
  availability_pct
from v_inverter_daily
where site_id = :site_id
order by device_key, day;
