-- The views of seh, for people and their dashboards. Dropped and made anew by every `seh init-db`
-- and `seh sync`, so they hold no data and may change with a version.

-- One line per site: what it is, its latest figures, what stands there. Today is the day of the newest
-- data. The overview of the first generation tells the figures itself; otherwise they are those of the
-- rows, of which each is a part of what there was: so the greatest is the nearest.
drop view if exists v_site_summary;
create view v_site_summary as
with days as (
  select s.site_id, substr(s.last_update_local, 1, 10) as day from sites s
  union all
  select
    s.site_id,
    (
      select substr(p.local_time, 1, 10) from power_readings p
      where p.site_id = s.site_id order by p.timestamp desc limit 1
    )
  from sites s
  union all
  select
    s.site_id,
    (
      select substr(d.local_time, 1, 10) from energy_details d
      where d.site_id = s.site_id order by d.timestamp desc limit 1
    )
  from sites s
  union all
  select
    s.site_id,
    (
      select max(e.reading_date) from energy_readings e
      where e.site_id = s.site_id and e.time_unit = 'DAY' and e.energy_wh is not null
    )
  from sites s
),
latest as (
  select site_id, max(day) as today from days group by site_id
),
parts as (
  select
    l.site_id,
    l.today,
    (
      select case when e.is_complete = 1 then e.energy_wh end from energy_readings e
      where e.site_id = l.site_id and e.time_unit = 'DAY' and e.reading_date = l.today
    ) as whole_day_wh,
    (
      select e.energy_wh from energy_readings e
      where e.site_id = l.site_id and e.time_unit = 'DAY' and e.reading_date = l.today
    ) as open_day_wh,
    -- No zone is further than a day from UTC: this bound lets the key find the rows.
    (
      select sum(d.production_wh) from energy_details d
      where d.site_id = l.site_id
        and d.timestamp >= date(l.today, '-1 day')
        and d.local_time >= l.today
    ) as quarters_wh,
    (
      select sum(e.energy_wh) from energy_readings e
      where e.site_id = l.site_id
        and e.time_unit = 'DAY'
        and e.reading_date >= substr(l.today, 1, 7) || '-01'
        and e.reading_date < l.today
    ) as days_of_month_wh,
    (
      select sum(e.energy_wh) from energy_readings e
      where e.site_id = l.site_id
        and e.time_unit = 'DAY'
        and e.reading_date >= substr(l.today, 1, 4) || '-01-01'
        and e.reading_date < l.today
    ) as days_of_year_wh,
    (
      select e.energy_wh from energy_readings e
      where e.site_id = l.site_id and e.time_unit = 'MONTH' and e.reading_date = substr(l.today, 1, 7) || '-01'
    ) as month_wh,
    (
      select e.energy_wh from energy_readings e
      where e.site_id = l.site_id and e.time_unit = 'YEAR' and e.reading_date = substr(l.today, 1, 4) || '-01-01'
    ) as year_wh,
    (
      select sum(e.energy_wh) from energy_readings e
      where e.site_id = l.site_id and e.time_unit = 'YEAR' and e.reading_date < substr(l.today, 1, 4) || '-01-01'
    ) as years_before_wh
  from latest l
),
of_today as (
  select
    p.*,
    coalesce(
      p.whole_day_wh,
      max(coalesce(p.open_day_wh, p.quarters_wh), coalesce(p.quarters_wh, p.open_day_wh))
    ) as day_wh
  from parts p
),
of_month as (
  select
    t.*,
    coalesce(t.days_of_month_wh + coalesce(t.day_wh, 0), t.day_wh) as so_far_in_month_wh,
    coalesce(t.days_of_year_wh + coalesce(t.day_wh, 0), t.day_wh) as so_far_in_year_wh
  from of_today t
),
of_year as (
  select
    m.*,
    max(
      coalesce(m.month_wh, m.so_far_in_month_wh), coalesce(m.so_far_in_month_wh, m.month_wh)
    ) as month_energy_wh,
    max(
      coalesce(m.year_wh, m.so_far_in_year_wh), coalesce(m.so_far_in_year_wh, m.year_wh)
    ) as year_energy_wh
  from of_month m
),
figures as (
  select
    y.*,
    coalesce(y.years_before_wh + coalesce(y.year_energy_wh, 0), y.year_energy_wh) as life_wh
  from of_year y
)
select
  s.site_id,
  s.name,
  s.status,
  s.city,
  s.country,
  s.time_zone,
  s.peak_power_kwp,
  s.installation_date,
  s.data_start_date,
  s.last_update_local,
  s.last_update_at,
  case
    when coalesce(n.source, 'v1') = 'v1' then coalesce(s.current_power_w, n.power_w)
    else n.power_w
  end as current_power_w,
  case
    when coalesce(n.source, 'v1') = 'v1' then coalesce(s.day_energy_wh, f.day_wh)
    else f.day_wh
  end as day_energy_wh,
  case
    when coalesce(n.source, 'v1') = 'v1' then coalesce(s.month_energy_wh, f.month_energy_wh)
    else f.month_energy_wh
  end as month_energy_wh,
  case
    when coalesce(n.source, 'v1') = 'v1' then coalesce(s.year_energy_wh, f.year_energy_wh)
    else f.year_energy_wh
  end as year_energy_wh,
  case
    when coalesce(n.source, 'v1') = 'v1' then coalesce(s.lifetime_energy_wh, f.life_wh)
    else max(
      coalesce(s.lifetime_energy_wh, f.life_wh), coalesce(f.life_wh, s.lifetime_energy_wh)
    )
  end as lifetime_energy_wh,
  (select count(*) from equipment e where e.site_id = s.site_id) as devices,
  (
    select count(*) from equipment e
    where e.site_id = s.site_id and e.category in ('inverter', 'third-party-inverter')
  ) as inverters,
  (select count(*) from batteries b where b.site_id = s.site_id) as batteries,
  -- A meter stands once for each direction that it counts.
  (select count(distinct m.device_key) from meters m where m.site_id = s.site_id) as meters,
  (
    select count(*) from alerts a
    where a.site_id = s.site_id and a.status is not 'CLOSED'
  ) as open_alerts,
  -- When the newest power was, and the newest day of which anything is known.
  n.timestamp as current_power_at,
  max(coalesce(s.data_end_date, f.today), coalesce(f.today, s.data_end_date)) as data_end_date
from sites s
left join figures f on f.site_id = s.site_id
left join power_readings n
  on n.site_id = s.site_id
  and (n.timestamp, n.interval_s) = (
    select newest.timestamp, newest.interval_s
    from power_readings newest
    where newest.site_id = s.site_id and newest.power_w is not null
    order by newest.timestamp desc, newest.interval_s desc
    limit 1
  );

-- Energy per local day. DAY rows only: months and years hold the same energy again.
drop view if exists v_daily_energy;
create view v_daily_energy as
select
  e.site_id,
  s.name as site_name,
  e.reading_date,
  e.energy_wh,
  e.energy_wh / 1000.0 as energy_kwh,
  e.is_complete,
  e.source,
  e.updated_at
from energy_readings e
left join sites s on s.site_id = e.site_id
where e.time_unit = 'DAY';

-- The newest power of each site that is not NULL.
drop view if exists v_latest_power;
create view v_latest_power as
select
  p.site_id,
  s.name as site_name,
  p.timestamp,
  p.local_time,
  p.interval_s,
  p.power_w,
  p.source
from sites s
join power_readings p
  on p.site_id = s.site_id
  and (p.timestamp, p.interval_s) = (
    select newest.timestamp, newest.interval_s
    from power_readings newest
    where newest.site_id = s.site_id and newest.power_w is not null
    order by newest.timestamp desc, newest.interval_s desc
    limit 1
  );

-- The newest snapshot of the power flow of each site.
-- Net columns: import and discharge positive, export and charge negative.
drop view if exists v_power_flow_current;
create view v_power_flow_current as
select
  f.site_id,
  s.name as site_name,
  f.timestamp,
  f.local_time,
  f.pv_power_w,
  f.grid_power_w,
  f.load_power_w,
  f.storage_power_w,
  f.state_of_charge_pct,
  f.pv_status,
  f.grid_status,
  f.load_status,
  f.storage_status,
  f.storage_critical
from sites s
join power_flows f
  on f.site_id = s.site_id
  and f.timestamp = (
    select max(newest.timestamp) from power_flows newest where newest.site_id = s.site_id
  );

-- What is known of each series of requests (site 0: the account), and how much of it was fetched.
drop view if exists v_sync_status;
create view v_sync_status as
select
  m.site_id,
  s.name as site_name,
  m.data_type,
  m.series,
  m.device_key,
  m.source,
  m.last_success_at,
  m.newest_data_at,
  m.wanted_from,
  (
    select min(c.start_at) from coverage c
    where c.site_id = m.site_id and c.series = m.series and c.device_key = m.device_key
      and c.state = 'covered'
  ) as covered_from,
  (
    select max(c.end_at) from coverage c
    where c.site_id = m.site_id and c.series = m.series and c.device_key = m.device_key
      and c.state = 'covered'
  ) as covered_to,
  m.unavailable_since,
  m.unavailable_reason,
  m.last_error_at,
  m.last_error
from sync_metadata m
left join sites s on s.site_id = m.site_id;

-- Every device with the name of its site.
drop view if exists v_equipment_list;
create view v_equipment_list as
select
  e.site_id,
  s.name as site_name,
  e.device_key,
  e.serial_number,
  e.category,
  e.name,
  e.manufacturer,
  e.model,
  e.firmware_version,
  e.peak_power_dc_kwp,
  e.connected_optimizers,
  e.connected_to,
  e.last_seen
from equipment e
left join sites s on s.site_id = e.site_id;

-- Each battery with its newest telemetry; one that never reported has NULL there.
drop view if exists v_battery_status;
create view v_battery_status as
select
  b.site_id,
  s.name as site_name,
  b.device_key,
  b.serial_number,
  b.name,
  b.manufacturer,
  coalesce(b.model, b.model_number) as model,
  coalesce(b.nameplate_capacity_wh, b.nameplate_wh) as nameplate_capacity_wh,
  t.timestamp,
  t.local_time,
  t.power_w,
  t.state_of_charge_pct,
  t.battery_state,
  t.full_pack_energy_wh,
  t.lifetime_energy_charged_wh,
  t.lifetime_energy_discharged_wh,
  t.internal_temperature_c,
  b.last_seen
from batteries b
left join sites s on s.site_id = b.site_id
left join battery_telemetry t
  on t.site_id = b.site_id
  and t.device_key = b.device_key
  and (t.timestamp, t.interval_s) = (
    select newest.timestamp, newest.interval_s
    from battery_telemetry newest
    where newest.site_id = b.site_id and newest.device_key = b.device_key
    order by newest.timestamp desc, newest.interval_s desc
    limit 1
  );

-- Energy per local month: as the server sums it (basis MONTH), else the sum of its days (basis DAY;
-- `days` says of how many).
drop view if exists v_energy_monthly;
create view v_energy_monthly as
with monthly as (
  select site_id, reading_date as month, energy_wh, 'MONTH' as basis, null as days
  from energy_readings
  where time_unit = 'MONTH' and energy_wh is not null
  union all
  select
    d.site_id,
    substr(d.reading_date, 1, 7) || '-01' as month,
    sum(d.energy_wh) as energy_wh,
    'DAY' as basis,
    count(d.energy_wh) as days
  from energy_readings d
  where d.time_unit = 'DAY'
    and not exists (
      select 1 from energy_readings m
      where m.site_id = d.site_id
        and m.time_unit = 'MONTH'
        and m.reading_date = substr(d.reading_date, 1, 7) || '-01'
        and m.energy_wh is not null
    )
  group by d.site_id, substr(d.reading_date, 1, 7)
)
select
  m.site_id,
  s.name as site_name,
  m.month,
  m.energy_wh,
  m.energy_wh / 1000.0 as energy_kwh,
  m.basis,
  m.days
from monthly m
left join sites s on s.site_id = m.site_id;
