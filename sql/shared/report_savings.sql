-- What each year has saved and earned, of the days of which both are known, for `seh report`.
select
  site_id,
  substr(cast(day as char(10)), 1, 4) as period,
  currency,
  count(*) as days,
  sum(cost_without_solar - purchase_cost) as saved,
  sum(feed_in_income) as earned
from v_costs_daily
where savings is not null and :of_sites
group by site_id, substr(cast(day as char(10)), 1, 4), currency
order by site_id, period, currency;
