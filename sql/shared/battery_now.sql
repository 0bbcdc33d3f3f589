-- Each battery with its newest values; power: discharge positive, charge negative.
select b.site_id, b.timestamp, b.power_w, b.state_of_charge_pct, b.nameplate_capacity_wh
from v_battery_status b
where b.site_id >= :first_site
  and b.site_id <= :last_site
  and b.state_of_charge_pct is not null;
