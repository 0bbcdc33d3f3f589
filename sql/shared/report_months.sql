-- The production of each month of a site for `seh report`, oldest first.
select month, energy_wh
from v_energy_monthly
where site_id = :site_id and energy_wh is not null
order by month;
