-- The balance of each day of a site for `seh report`, oldest first.
select
  day,
  production_wh,
  consumption_wh,
  self_consumption_wh,
  feed_in_wh,
  purchased_wh,
  is_complete
from v_energy_balance_daily
where site_id = :site_id
order by day;
