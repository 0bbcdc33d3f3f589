-- Rows of each table of data per site, for `seh status`; a table without rows is not among them.
-- :site_ids is a JSON array of numbers; NULL: all sites.
with counted as (
  select 'sites' as table_name, site_id, count(*) as row_count from sites group by site_id
  union all
  select 'equipment', site_id, count(*) from equipment group by site_id
  union all
  select 'batteries', site_id, count(*) from batteries group by site_id
  union all
  select 'meters', site_id, count(*) from meters group by site_id
  union all
  select 'inventory', site_id, count(*) from inventory group by site_id
  union all
  select 'sensors', site_id, count(*) from sensors group by site_id
  union all
  select 'environmental_benefits', site_id, count(*) from environmental_benefits group by site_id
  union all
  select 'alerts', site_id, count(*) from alerts group by site_id
  union all
  select 'equipment_changes', site_id, count(*) from equipment_changes group by site_id
  union all
  select 'energy_readings', site_id, count(*) from energy_readings group by site_id
  union all
  select 'power_readings', site_id, count(*) from power_readings group by site_id
  union all
  select 'power_details', site_id, count(*) from power_details group by site_id
  union all
  select 'energy_details', site_id, count(*) from energy_details group by site_id
  union all
  select 'power_flows', site_id, count(*) from power_flows group by site_id
  union all
  select 'battery_telemetry', site_id, count(*) from battery_telemetry group by site_id
  union all
  select 'meter_readings', site_id, count(*) from meter_readings group by site_id
  union all
  select 'inverter_telemetry', site_id, count(*) from inverter_telemetry group by site_id
  union all
  select 'optimizer_telemetry', site_id, count(*) from optimizer_telemetry group by site_id
  union all
  select 'sensor_readings', site_id, count(*) from sensor_readings group by site_id
)
select table_name, site_id, row_count
from counted
where :site_ids::text is null or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
order by site_id, table_name collate "C";
