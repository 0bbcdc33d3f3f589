-- The views of seh, for people and their dashboards. Dropped and made again by `seh init-db`, and by
-- `seh sync` after their text has changed, so they hold no data and may change with a version.

-- One line per site: what it is, its latest figures, what stands there. Today is the day of the newest
-- data. The overview of v1 has the figures itself; otherwise they are those of the rows, of which each
-- is a part of what there was: so the greatest is the nearest.
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
-- A window finds it, of which the first row is taken: a condition on the site gets past it.
newest as (
  select site_id, row_number() over w as place, max(day) over w as today
  from days
  window w as (partition by site_id)
),
latest as (
  select site_id, today from newest where place = 1
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
  f.site_id,
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
from figures f
join sites s on s.site_id = f.site_id
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
-- Sites first: the planner would read all readings and ask for the newest of each.
cross join power_readings p
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
-- Sites first: the planner would read all readings and ask for the newest of each.
cross join power_flows f
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

-- What a site produced and used on each local day. Production is the day's total, else the sum of its
-- quarter-hours. The other columns come from whole-day figures (basis DAY), else from quarter-hours (basis
-- QUARTER_HOUR; `quarter_hours` says how many): of a day that is here in part they are a part, and
-- `is_complete` is 0. A day counts as complete from 92 quarter-hours on: a spring day has no more.
drop view if exists v_energy_balance_daily;
create view v_energy_balance_daily as
-- Days with quarter-hours, then those without: two lists, since a condition on the site does not get past a
-- second `group by` in SQLite.
with quarters as (
  select
    site_id,
    substr(local_time, 1, 10) as day,
    sum(production_wh) as production_wh,
    sum(consumption_wh) as consumption_wh,
    sum(self_consumption_wh) as self_consumption_wh,
    sum(feed_in_wh) as feed_in_wh,
    sum(purchased_wh) as purchased_wh,
    count(coalesce(consumption_wh, feed_in_wh, purchased_wh)) as metered_quarters,
    count(coalesce(consumption_wh, feed_in_wh, purchased_wh, production_wh)) as quarter_hours
  from energy_details
  where interval_s = 900
  group by site_id, substr(local_time, 1, 10)
),
days as (
  select
    q.site_id,
    q.day,
    r.energy_wh,
    r.is_complete,
    r.consumption_wh,
    r.to_grid_wh,
    r.from_grid_wh,
    q.production_wh as quarters_production_wh,
    q.consumption_wh as quarters_consumption_wh,
    q.self_consumption_wh as quarters_self_consumption_wh,
    q.feed_in_wh as quarters_feed_in_wh,
    q.purchased_wh as quarters_purchased_wh,
    q.metered_quarters,
    q.quarter_hours
  from quarters q
  left join energy_readings r
    on r.site_id = q.site_id and r.time_unit = 'DAY' and r.reading_date = q.day
  union all
  select
    r.site_id,
    r.reading_date,
    r.energy_wh,
    r.is_complete,
    r.consumption_wh,
    r.to_grid_wh,
    r.from_grid_wh,
    null,
    null,
    null,
    null,
    null,
    0,
    0
  from energy_readings r
  where r.time_unit = 'DAY'
    and not exists (
      -- A local day lies between these moments in every zone.
      select 1
      from energy_details d
      where d.site_id = r.site_id
        and d.timestamp >= date(r.reading_date, '-1 day') || 'T10:00'
        and d.timestamp < date(r.reading_date, '+1 day') || 'T12:00'
        and d.interval_s = 900
        and substr(d.local_time, 1, 10) = r.reading_date
    )
),
judged as (
  select
    d.*,
    case
      when coalesce(d.consumption_wh, d.to_grid_wh, d.from_grid_wh) is not null
        and (d.is_complete = 1 or d.metered_quarters = 0) then 'DAY'
      when d.metered_quarters > 0 or d.energy_wh is null then 'QUARTER_HOUR'
      else 'DAY'
    end as basis
  from days d
),
figures as (
  select
    j.site_id,
    j.day,
    j.basis,
    j.quarter_hours,
    case
      when j.basis = 'DAY' then coalesce(j.is_complete, 0)
      when j.quarter_hours >= 92 then 1
      else 0
    end as is_complete,
    coalesce(j.energy_wh, j.quarters_production_wh) as production_wh,
    case when j.basis = 'DAY' then j.consumption_wh else j.quarters_consumption_wh end
      as consumption_wh,
    case
      when j.basis <> 'DAY' then j.quarters_self_consumption_wh
      when j.energy_wh < j.to_grid_wh then 0
      else j.energy_wh - j.to_grid_wh
    end as self_consumption_wh,
    case when j.basis = 'DAY' then j.to_grid_wh else j.quarters_feed_in_wh end as feed_in_wh,
    case when j.basis = 'DAY' then j.from_grid_wh else j.quarters_purchased_wh end as purchased_wh
  from judged j
)
select
  f.site_id,
  s.name as site_name,
  f.day,
  cast(f.production_wh * 1000 + 0.5 as integer) / 1000.0 as production_wh,
  cast(f.consumption_wh * 1000 + 0.5 as integer) / 1000.0 as consumption_wh,
  cast(f.self_consumption_wh * 1000 + 0.5 as integer) / 1000.0 as self_consumption_wh,
  cast(f.feed_in_wh * 1000 + 0.5 as integer) / 1000.0 as feed_in_wh,
  cast(f.purchased_wh * 1000 + 0.5 as integer) / 1000.0 as purchased_wh,
  cast((f.production_wh / 1000.0 / s.peak_power_kwp) * 1000 + 0.5 as integer) / 1000.0
    as specific_yield_kwh_per_kwp,
  f.basis,
  f.quarter_hours,
  f.is_complete
from figures f
left join sites s on s.site_id = f.site_id
where coalesce(
  f.production_wh, f.consumption_wh, f.self_consumption_wh, f.feed_in_wh, f.purchased_wh
) is not null;

-- How far each local day was fed by the own roof. Self-sufficiency is the part of the consumption that was
-- not purchased; self-consumption is the part of the production that was not fed in. NULL where a part is
-- not known, and of days without meters.
drop view if exists v_self_sufficiency_daily;
create view v_self_sufficiency_daily as
select
  b.site_id,
  b.site_name,
  b.day,
  b.production_wh,
  b.consumption_wh,
  b.self_consumption_wh,
  b.purchased_wh,
  b.feed_in_wh,
  case
    when b.purchased_wh >= b.consumption_wh and b.consumption_wh > 0 then 0
    when b.consumption_wh > 0 then
      cast((100.0 * (b.consumption_wh - b.purchased_wh) / b.consumption_wh) * 100 + 0.5 as integer) / 100.0
  end as self_sufficiency_pct,
  case
    when b.self_consumption_wh + b.feed_in_wh > 0 then
      cast((100.0 * b.self_consumption_wh / (b.self_consumption_wh + b.feed_in_wh)) * 100 + 0.5 as integer) / 100.0
  end as self_consumption_pct,
  b.basis,
  b.is_complete
from v_energy_balance_daily b;

-- The days of v_energy_balance_daily added up by local month: `days` are those with production,
-- `balance_days` those whose consumption is known as a whole. The percentages are of the days that are here.
-- Production as the server sums it, for months whose days are not all here, is in v_energy_monthly.
drop view if exists v_energy_balance_monthly;
create view v_energy_balance_monthly as
-- A window adds up, of which the first row is shown: a condition on the site gets past it.
with months as (
  select
    b.site_id,
    substr(b.day, 1, 7) || '-01' as month,
    row_number() over w as place,
    count(b.production_wh) over w as days,
    sum(case when b.consumption_wh is not null then b.is_complete else 0 end) over w as balance_days,
    sum(b.production_wh) over w as production_wh,
    sum(b.consumption_wh) over w as consumption_wh,
    sum(b.self_consumption_wh) over w as self_consumption_wh,
    sum(b.feed_in_wh) over w as feed_in_wh,
    sum(b.purchased_wh) over w as purchased_wh,
    sum(case when b.purchased_wh is not null then b.consumption_wh end) over w as weighed_consumption_wh,
    sum(case when b.consumption_wh is not null then b.purchased_wh end) over w as weighed_purchased_wh,
    sum(case when b.feed_in_wh is not null then b.self_consumption_wh end) over w as weighed_own_wh,
    sum(case when b.self_consumption_wh is not null then b.feed_in_wh end) over w as weighed_feed_in_wh
  from v_energy_balance_daily b
  window w as (partition by b.site_id, substr(b.day, 1, 7))
)
select
  m.site_id,
  s.name as site_name,
  m.month,
  cast(m.production_wh * 1000 + 0.5 as integer) / 1000.0 as production_wh,
  cast(m.consumption_wh * 1000 + 0.5 as integer) / 1000.0 as consumption_wh,
  cast(m.self_consumption_wh * 1000 + 0.5 as integer) / 1000.0 as self_consumption_wh,
  cast(m.feed_in_wh * 1000 + 0.5 as integer) / 1000.0 as feed_in_wh,
  cast(m.purchased_wh * 1000 + 0.5 as integer) / 1000.0 as purchased_wh,
  cast((m.production_wh / 1000.0 / s.peak_power_kwp) * 1000 + 0.5 as integer) / 1000.0 as specific_yield_kwh_per_kwp,
  case
    when m.weighed_purchased_wh >= m.weighed_consumption_wh and m.weighed_consumption_wh > 0 then 0
    when m.weighed_consumption_wh > 0 then
      cast((100.0 * (m.weighed_consumption_wh - m.weighed_purchased_wh) / m.weighed_consumption_wh) * 100 + 0.5 as integer) / 100.0
  end as self_sufficiency_pct,
  case
    when m.weighed_own_wh + m.weighed_feed_in_wh > 0 then
      cast((100.0 * m.weighed_own_wh / (m.weighed_own_wh + m.weighed_feed_in_wh)) * 100 + 0.5 as integer) / 100.0
  end as self_consumption_pct,
  m.days,
  m.balance_days as balance_days
from months m
left join sites s on s.site_id = m.site_id
where m.place = 1;

-- The same by local year.
drop view if exists v_energy_balance_yearly;
create view v_energy_balance_yearly as
with years as (
  select
    b.site_id,
    substr(b.day, 1, 4) || '-01-01' as year,
    row_number() over w as place,
    count(b.production_wh) over w as days,
    sum(case when b.consumption_wh is not null then b.is_complete else 0 end) over w as balance_days,
    sum(b.production_wh) over w as production_wh,
    sum(b.consumption_wh) over w as consumption_wh,
    sum(b.self_consumption_wh) over w as self_consumption_wh,
    sum(b.feed_in_wh) over w as feed_in_wh,
    sum(b.purchased_wh) over w as purchased_wh,
    sum(case when b.purchased_wh is not null then b.consumption_wh end) over w as weighed_consumption_wh,
    sum(case when b.consumption_wh is not null then b.purchased_wh end) over w as weighed_purchased_wh,
    sum(case when b.feed_in_wh is not null then b.self_consumption_wh end) over w as weighed_own_wh,
    sum(case when b.self_consumption_wh is not null then b.feed_in_wh end) over w as weighed_feed_in_wh
  from v_energy_balance_daily b
  window w as (partition by b.site_id, substr(b.day, 1, 4))
)
select
  y.site_id,
  s.name as site_name,
  y.year,
  cast(y.production_wh * 1000 + 0.5 as integer) / 1000.0 as production_wh,
  cast(y.consumption_wh * 1000 + 0.5 as integer) / 1000.0 as consumption_wh,
  cast(y.self_consumption_wh * 1000 + 0.5 as integer) / 1000.0 as self_consumption_wh,
  cast(y.feed_in_wh * 1000 + 0.5 as integer) / 1000.0 as feed_in_wh,
  cast(y.purchased_wh * 1000 + 0.5 as integer) / 1000.0 as purchased_wh,
  cast((y.production_wh / 1000.0 / s.peak_power_kwp) * 1000 + 0.5 as integer) / 1000.0 as specific_yield_kwh_per_kwp,
  case
    when y.weighed_purchased_wh >= y.weighed_consumption_wh and y.weighed_consumption_wh > 0 then 0
    when y.weighed_consumption_wh > 0 then
      cast((100.0 * (y.weighed_consumption_wh - y.weighed_purchased_wh) / y.weighed_consumption_wh) * 100 + 0.5 as integer) / 100.0
  end as self_sufficiency_pct,
  case
    when y.weighed_own_wh + y.weighed_feed_in_wh > 0 then
      cast((100.0 * y.weighed_own_wh / (y.weighed_own_wh + y.weighed_feed_in_wh)) * 100 + 0.5 as integer) / 100.0
  end as self_consumption_pct,
  y.days,
  y.balance_days as balance_days
from years y
left join sites s on s.site_id = y.site_id
where y.place = 1;

-- Each battery on each local day. What went in and out is the day's total of the site where it has one
-- battery (basis DAY), else from the battery's telemetry (basis TELEMETRY): the energy of its
-- quarter-hours, or how far its lifetime registers went on since the day before. `full_cycles` is what
-- it gave, in capacities.
drop view if exists v_battery_daily;
create view v_battery_daily as
with by_day as (
  select
    site_id,
    device_key,
    substr(local_time, 1, 10) as day,
    sum(charge_energy_wh) as charge_wh,
    sum(discharge_energy_wh) as discharge_wh,
    min(lifetime_energy_charged_wh) as charged_first_wh,
    max(lifetime_energy_charged_wh) as charged_last_wh,
    min(lifetime_energy_discharged_wh) as discharged_first_wh,
    max(lifetime_energy_discharged_wh) as discharged_last_wh,
    min(state_of_charge_pct) as lowest_pct,
    max(state_of_charge_pct) as highest_pct,
    count(*) as samples
  from battery_telemetry
  group by site_id, device_key, substr(local_time, 1, 10)
),
ordered as (
  select
    t.*,
    lag(t.day) over (partition by t.site_id, t.device_key order by t.day) as day_before,
    lag(t.charged_last_wh) over (partition by t.site_id, t.device_key order by t.day)
      as charged_before_wh,
    lag(t.discharged_last_wh) over (partition by t.site_id, t.device_key order by t.day)
      as discharged_before_wh
  from by_day t
),
-- Where a site has one battery, what the site stored is what the battery did.
whole_days as not materialized (
  select b.site_id, b.device_key, e.reading_date as day, e.to_storage_wh, e.from_storage_wh
  from batteries b
  join energy_readings e on e.site_id = b.site_id
  where e.time_unit = 'DAY'
    and e.is_complete = 1
    and e.to_storage_wh is not null
    and e.from_storage_wh is not null
    and not exists (
      select 1 from batteries o where o.site_id = b.site_id and o.device_key <> b.device_key
    )
),
-- Days with telemetry, then those without: two lists, as in v_energy_balance_daily.
days as (
  select
    o.site_id,
    o.device_key,
    o.day,
    (
      select w.to_storage_wh from whole_days w
      where w.site_id = o.site_id and w.device_key = o.device_key and w.day = o.day
    ) as day_charged_wh,
    (
      select w.from_storage_wh from whole_days w
      where w.site_id = o.site_id and w.device_key = o.device_key and w.day = o.day
    ) as day_discharged_wh,
    coalesce(
      o.charge_wh,
      case
        when o.day_before = date(o.day, '-1 day') and o.charged_before_wh <= o.charged_first_wh
          then o.charged_last_wh - o.charged_before_wh
        else o.charged_last_wh - o.charged_first_wh
      end
    ) as charged_wh,
    coalesce(
      o.discharge_wh,
      case
        when o.day_before = date(o.day, '-1 day') and o.discharged_before_wh <= o.discharged_first_wh
          then o.discharged_last_wh - o.discharged_before_wh
        else o.discharged_last_wh - o.discharged_first_wh
      end
    ) as discharged_wh,
    o.lowest_pct,
    o.highest_pct,
    o.samples
  from ordered o
  union all
  select w.site_id, w.device_key, w.day, w.to_storage_wh, w.from_storage_wh, null, null, null, null, 0
  from whole_days w
  where not exists (
    -- A local day lies between these moments in every zone.
    select 1
    from battery_telemetry t
    where t.site_id = w.site_id
      and t.device_key = w.device_key
      and t.timestamp >= date(w.day, '-1 day') || 'T10:00'
      and t.timestamp < date(w.day, '+1 day') || 'T12:00'
      and substr(t.local_time, 1, 10) = w.day
  )
)
select
  d.site_id,
  s.name as site_name,
  d.device_key,
  b.name as battery_name,
  d.day,
  cast(coalesce(d.day_charged_wh, d.charged_wh) * 1000 + 0.5 as integer) / 1000.0 as charged_wh,
  cast(coalesce(d.day_discharged_wh, d.discharged_wh) * 1000 + 0.5 as integer) / 1000.0 as discharged_wh,
  cast(coalesce(d.day_discharged_wh, d.discharged_wh) / coalesce(b.nameplate_capacity_wh, b.nameplate_wh) * 1000 + 0.5 as integer) / 1000.0
    as full_cycles,
  d.lowest_pct as state_of_charge_min_pct,
  d.highest_pct as state_of_charge_max_pct,
  d.samples as samples,
  case when d.day_charged_wh is null then 'TELEMETRY' else 'DAY' end as basis
from days d
left join batteries b on b.site_id = d.site_id and b.device_key = d.device_key
left join sites s on s.site_id = d.site_id;

-- Each inverter on each local day: the energy of its quarter-hours, or how far its lifetime register went
-- on since the day before; per kWp of its modules (those of the site where it is the only one).
-- `availability_pct`: of the quarter-hours in which the site gave at least 5 % of its peak power
-- (`producing_quarters`), those in which this inverter gave power. A day whose telemetry is not all here
-- counts as less.
drop view if exists v_inverter_daily;
create view v_inverter_daily as
with by_day as (
  select
    t.site_id,
    t.device_key,
    substr(t.local_time, 1, 10) as day,
    sum(t.ac_energy_wh) as buckets_wh,
    min(t.lifetime_energy_wh) as first_wh,
    max(t.lifetime_energy_wh) as last_wh,
    count(*) as samples,
    count(distinct p.timestamp) as worked
  from inverter_telemetry t
  left join power_readings p
    on p.site_id = t.site_id
    and p.timestamp = strftime('%Y-%m-%dT%H:%M:%SZ', strftime('%s', t.timestamp) / 900 * 900, 'unixepoch')
    and p.interval_s = 900
    and (t.ac_energy_wh > 0 or t.total_active_power_w > 0)
    and p.power_w > 0
    and p.power_w >= coalesce(
      (select s.peak_power_kwp from sites s where s.site_id = t.site_id), 0
    ) * 50
  group by t.site_id, t.device_key, substr(t.local_time, 1, 10)
),
ordered as (
  select
    t.*,
    lag(t.day) over (partition by t.site_id, t.device_key order by t.day) as day_before,
    lag(t.last_wh) over (partition by t.site_id, t.device_key order by t.day) as before_wh,
    -- Here it is counted once a day. A local day lies between these moments in every zone.
    (
      select count(*) from power_readings p
      where p.site_id = t.site_id
        and p.timestamp >= date(t.day, '-1 day') || 'T10:00'
        and p.timestamp < date(t.day, '+1 day') || 'T12:00'
        and p.interval_s = 900
        and substr(p.local_time, 1, 10) = t.day
        and p.power_w > 0
        and p.power_w >= coalesce(
          (select s.peak_power_kwp from sites s where s.site_id = t.site_id), 0
        ) * 50
    ) as quarters
  from by_day t
),
figures as (
  select
    o.site_id,
    o.device_key,
    o.day,
    o.samples,
    o.worked,
    o.quarters,
    coalesce(
      o.buckets_wh,
      case
        when o.day_before = date(o.day, '-1 day') and o.before_wh <= o.first_wh then o.last_wh - o.before_wh
        else o.last_wh - o.first_wh
      end
    ) as energy_wh
  from ordered o
)
select
  f.site_id,
  s.name as site_name,
  f.device_key,
  e.name as inverter_name,
  f.day,
  cast(f.energy_wh * 1000 + 0.5 as integer) / 1000.0 as energy_wh,
  cast((f.energy_wh / 1000.0) * 1000 + 0.5 as integer) / 1000.0 as energy_kwh,
  cast((f.energy_wh / 1000.0 / coalesce(
    e.peak_power_dc_kwp,
    case
      when (
        select count(*) from equipment o
        where o.site_id = f.site_id and o.category in ('inverter', 'third-party-inverter')
      ) = 1 then s.peak_power_kwp
    end
  )) * 1000 + 0.5 as integer) / 1000.0 as specific_yield_kwh_per_kwp,
  cast((100.0 * f.worked / nullif(f.quarters, 0)) * 100 + 0.5 as integer) / 100.0 as availability_pct,
  f.quarters as producing_quarters,
  f.samples
from figures f
left join sites s on s.site_id = f.site_id
left join equipment e on e.site_id = f.site_id and e.device_key = f.device_key;

-- All sites by what each kWp gave a day, over the last 30 and the last 365 days up to the site's newest
-- whole day; days without a value do not count. A rank is NULL where energy or peak power is not known.
drop view if exists v_fleet_ranking;
create view v_fleet_ranking as
with newest as (
  select site_id, max(reading_date) as newest_day
  from energy_readings
  where time_unit = 'DAY' and is_complete = 1 and energy_wh is not null
  group by site_id
),
sums as (
  select
    n.site_id,
    n.newest_day,
    sum(case when e.reading_date > date(n.newest_day, '-30 days') then e.energy_wh end) as energy_30_wh,
    count(case when e.reading_date > date(n.newest_day, '-30 days') then e.energy_wh end) as days_30,
    sum(e.energy_wh) as energy_365_wh,
    count(e.energy_wh) as days_365
  from newest n
  join energy_readings e
    on e.site_id = n.site_id
    and e.time_unit = 'DAY'
    and e.reading_date > date(n.newest_day, '-365 days')
    and e.reading_date <= n.newest_day
  group by n.site_id, n.newest_day
),
yields as (
  select
    s.site_id,
    s.name as site_name,
    s.peak_power_kwp,
    u.newest_day,
    coalesce(u.days_30, 0) as days_30,
    cast((u.energy_30_wh / 1000.0) * 1000 + 0.5 as integer) / 1000.0 as energy_30_days_kwh,
    cast((u.energy_30_wh / 1000.0 / s.peak_power_kwp / u.days_30) * 1000 + 0.5 as integer) / 1000.0 as yield_30_days_kwh_per_kwp_day,
    coalesce(u.days_365, 0) as days_365,
    cast((u.energy_365_wh / 1000.0) * 1000 + 0.5 as integer) / 1000.0 as energy_365_days_kwh,
    cast((u.energy_365_wh / 1000.0 / s.peak_power_kwp / u.days_365) * 1000 + 0.5 as integer) / 1000.0 as yield_365_days_kwh_per_kwp_day
  from sites s
  left join sums u on u.site_id = s.site_id
)
select
  y.*,
  case
    when y.yield_30_days_kwh_per_kwp_day is not null
      then rank() over (order by y.yield_30_days_kwh_per_kwp_day desc)
  end as rank_30_days,
  case
    when y.yield_365_days_kwh_per_kwp_day is not null
      then rank() over (order by y.yield_365_days_kwh_per_kwp_day desc)
  end as rank_365_days
from yields y;

-- What is here of each local day from a site's first day to its newest. `state` is complete (the day's
-- total and at least 92 quarter-hours of power), partial, total only, or missing; a slot of the night that
-- was fetched counts. Samples of inverters and batteries are rows of their telemetry.
drop view if exists v_data_quality;
create view v_data_quality as
with digits as (
  select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
  union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
),
-- 10,000 days are 27 years; a recursion would stop at 1,000 in MariaDB.
numbers as (
  select a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit as number
  from digits a cross join digits b cross join digits c cross join digits d
),
ends as (
  select site_id, data_start_date as first_day, data_end_date as last_day from sites
  union all
  select site_id, min(reading_date), max(reading_date)
  from energy_readings
  where time_unit = 'DAY' and energy_wh is not null
  group by site_id
),
-- Windows find the ends and add up, of which the first row is taken: a condition on the site gets past them.
lives as (
  select
    site_id,
    row_number() over w as place,
    min(first_day) over w as first_day,
    julianday(max(last_day) over w) - julianday(min(first_day) over w) as length
  from ends
  window w as (partition by site_id)
),
parts as (
  select
    l.site_id,
    date(l.first_day,  n.number || ' days') as day,
    1 as is_expected,
    0 as totals,
    0 as power_quarters,
    0 as consumption_quarters,
    0 as inverter_samples,
    0 as battery_samples
  from lives l
  join numbers n on n.number <= l.length
  where l.place = 1
  union all
  select site_id, reading_date, 0, 1, 0, 0, 0, 0
  from energy_readings
  where time_unit = 'DAY' and energy_wh is not null
  union all
  select site_id, substr(local_time, 1, 10), 0, 0, count(*), 0, 0, 0
  from power_readings
  where interval_s = 900
  group by site_id, substr(local_time, 1, 10)
  union all
  select site_id, substr(local_time, 1, 10), 0, 0, 0, count(consumption_wh), 0, 0
  from energy_details
  where interval_s = 900
  group by site_id, substr(local_time, 1, 10)
  union all
  select site_id, substr(local_time, 1, 10), 0, 0, 0, 0, count(*), 0
  from inverter_telemetry
  group by site_id, substr(local_time, 1, 10)
  union all
  select site_id, substr(local_time, 1, 10), 0, 0, 0, 0, 0, count(*)
  from battery_telemetry
  group by site_id, substr(local_time, 1, 10)
),
days as (
  select
    site_id,
    day,
    row_number() over w as place,
    max(totals) over w as has_day_total,
    sum(power_quarters) over w as power_quarter_hours,
    sum(consumption_quarters) over w as consumption_quarter_hours,
    sum(inverter_samples) over w as inverter_samples,
    sum(battery_samples) over w as battery_samples
  from parts
  window w as (partition by site_id, day)
)
select
  d.site_id,
  s.name as site_name,
  d.day,
  case
    when d.has_day_total = 1 and d.power_quarter_hours >= 92 then 'complete'
    when d.power_quarter_hours + d.consumption_quarter_hours > 0 then 'partial'
    when d.has_day_total = 1 then 'total only'
    when d.inverter_samples + d.battery_samples > 0 then 'partial'
    else 'missing'
  end as state,
  d.has_day_total,
  d.power_quarter_hours,
  d.consumption_quarter_hours,
  d.inverter_samples,
  d.battery_samples
from days d
left join sites s on s.site_id = d.site_id
where d.place = 1;

-- What the energy of each local day has cost, earned and saved, at the prices of `seh tariff load`, in
-- `currency`. `purchase_cost` is what the grid was paid, `feed_in_income` what it paid, `cost_without_solar`
-- what the whole consumption would have cost; `savings` = cost_without_solar - purchase_cost + feed_in_income.
-- A day with one price all day counts its whole-day figures where they are here (basis DAY), every other day
-- its quarter-hours by the site's wall clock (basis QUARTER_HOUR). What cannot be known is NULL, and `missing`
-- says what it takes: `purchase tariff`, `feed-in tariff`, `quarter-hours` or `meter values`. Standing
-- charges are in none of it.
drop view if exists v_costs_daily;
create view v_costs_daily as
with holders as materialized (
  -- Whose tariffs a site has: its own, else those of all.
  select
    s.site_id,
    case
      when exists (select 1 from tariffs o where o.direction = 'purchase' and o.site_id = s.site_id)
        then s.site_id
      else 0
    end as purchase_site,
    case
      when exists (select 1 from tariffs o where o.direction = 'feed_in' and o.site_id = s.site_id)
        then s.site_id
      else 0
    end as feed_in_site
  from sites s
),
quarters as (
  select
    h.purchase_site,
    h.feed_in_site,
    d.site_id,
    substr(d.local_time, 1, 10) as day,
    (strftime('%w', substr(d.local_time, 1, 10)) + 6) % 7 + 1 as weekday,
    60 * substr(d.local_time, 12, 2) + substr(d.local_time, 15, 2) as minute,
    d.consumption_wh,
    d.feed_in_wh,
    d.purchased_wh
  from energy_details d
  join holders h on h.site_id = d.site_id
  where d.interval_s = 900
),
valued as (
  select
    q.site_id,
    q.day,
    sum(q.purchased_wh * p.price_per_kwh) as purchase_cost,
    sum(q.feed_in_wh * f.price_per_kwh) as feed_in_income,
    sum(q.consumption_wh * p.price_per_kwh) as cost_without_solar,
    sum(
      q.consumption_wh * p.price_per_kwh - q.purchased_wh * p.price_per_kwh
      + q.feed_in_wh * f.price_per_kwh
    ) as savings,
    count(q.consumption_wh + q.purchased_wh + q.feed_in_wh) as whole_quarters
  from quarters q
  left join tariffs p
    on p.direction = 'purchase'
    and p.site_id = q.purchase_site
    and p.weekday = q.weekday
    and p.minute = q.minute
    and q.day between p.first_day and p.last_day
  left join tariffs f
    on f.direction = 'feed_in'
    and f.site_id = q.feed_in_site
    and f.weekday = q.weekday
    and f.minute = q.minute
    and q.day between f.first_day and f.last_day
  group by q.site_id, q.day
),
balance as not materialized (
  select b.*, h.purchase_site, h.feed_in_site, (strftime('%w', b.day) + 6) % 7 + 1 as weekday
  from v_energy_balance_daily b
  join holders h on h.site_id = b.site_id
),
-- Which prices hold on a day: none, one from midnight to midnight, or several.
priced as not materialized (
  select
    b.site_id,
    b.site_name,
    b.day,
    b.consumption_wh,
    b.purchased_wh,
    b.feed_in_wh,
    b.is_complete,
    case when b.basis = 'DAY' then 1 else 0 end as is_day,
    p.currency as purchase_currency,
    f.currency as feed_in_currency,
    case when p.to_minute - p.from_minute = 1440 then p.price_per_kwh end as purchase_price,
    case when f.to_minute - f.from_minute = 1440 then f.price_per_kwh end as feed_in_price
  from balance b
  left join tariffs p
    on p.direction = 'purchase'
    and p.site_id = b.purchase_site
    and p.weekday = b.weekday
    and p.minute = 0
    and b.day between p.first_day and p.last_day
  left join tariffs f
    on f.direction = 'feed_in'
    and f.site_id = b.feed_in_site
    and f.weekday = b.weekday
    and f.minute = 0
    and b.day between f.first_day and f.last_day
),
-- One row of the day and one of its quarter-hours, brought together by a window: a condition on sites gets past
-- it to both, which it does not past a join or a second `group by`.
parts as (
  select
    site_id,
    day,
    site_name,
    consumption_wh,
    purchased_wh,
    feed_in_wh,
    is_complete,
    is_day,
    purchase_currency,
    feed_in_currency,
    purchase_price,
    feed_in_price,
    null as purchase_cost,
    null as feed_in_income,
    null as cost_without_solar,
    null as savings,
    null as whole_quarters
  from priced
  union all
  select
    site_id, day, null, null, null, null, null, null, null, null, null, null,
    purchase_cost,
    feed_in_income,
    cost_without_solar,
    savings,
    whole_quarters
  from valued
),
days as (
  select
    site_id,
    day,
    site_name,
    consumption_wh,
    purchased_wh,
    feed_in_wh,
    is_complete,
    is_day,
    purchase_currency,
    feed_in_currency,
    purchase_price,
    feed_in_price,
    max(purchase_cost) over whole_day as purchase_cost,
    max(feed_in_income) over whole_day as feed_in_income,
    max(cost_without_solar) over whole_day as cost_without_solar,
    max(savings) over whole_day as savings,
    max(whole_quarters) over whole_day as whole_quarters
  from parts
  window whole_day as (partition by site_id, day)
),
chosen as (
  select
    d.*,
    case
      when d.is_day = 1
        and (d.purchase_currency is null or d.purchase_price is not null)
        and (d.feed_in_currency is null or d.feed_in_price is not null) then 'DAY'
      when d.whole_quarters is not null then 'QUARTER_HOUR'
    end as basis
  from days d
  where d.is_day is not null
),
figures as (
  select
    c.*,
    case when c.basis = 'DAY' then c.purchased_wh * c.purchase_price else c.purchase_cost end
      as purchase_1000,
    case when c.basis = 'DAY' then c.feed_in_wh * c.feed_in_price else c.feed_in_income end
      as feed_in_1000,
    case when c.basis = 'DAY' then c.consumption_wh * c.purchase_price else c.cost_without_solar end
      as without_solar_1000,
    case
      when c.basis = 'DAY' then
        c.consumption_wh * c.purchase_price - c.purchased_wh * c.purchase_price
        + c.feed_in_wh * c.feed_in_price
      else c.savings
    end as savings_1000
  from chosen c
)
select
  f.site_id,
  f.site_name,
  f.day,
  coalesce(f.purchase_currency, f.feed_in_currency) as currency,
  f.consumption_wh,
  f.purchased_wh,
  f.feed_in_wh,
  cast(f.purchase_1000 * 10 + case when f.purchase_1000 < 0 then -0.5 else 0.5 end as integer) / 10000.0 as purchase_cost,
  cast(f.feed_in_1000 * 10 + case when f.feed_in_1000 < 0 then -0.5 else 0.5 end as integer) / 10000.0 as feed_in_income,
  cast(f.without_solar_1000 * 10 + case when f.without_solar_1000 < 0 then -0.5 else 0.5 end as integer) / 10000.0 as cost_without_solar,
  cast(f.savings_1000 * 10 + case when f.savings_1000 < 0 then -0.5 else 0.5 end as integer) / 10000.0 as savings,
  f.basis,
  case
    when f.basis = 'DAY' then f.is_complete
    when f.whole_quarters >= 92 then 1
    else 0
  end as is_complete,
  case
    when f.purchase_currency is null then 'purchase tariff'
    when f.feed_in_currency is null then 'feed-in tariff'
    when f.basis is null then 'quarter-hours'
    when f.savings_1000 is null then 'meter values'
  end as missing
from figures f;
