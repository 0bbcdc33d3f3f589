-- Sites as the planner sees them. :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  name,
  time_zone,
  last_update_local,
  last_update_at,
  data_start_date,
  last_seen,
  -- Since when and until when meters have told what the site produces: each a look into the key.
  (
    select min((
      select meter_readings.timestamp
      from meter_readings
      where meter_readings.site_id = meters.site_id
        and meter_readings.device_key = meters.device_key
        and meter_readings.meter_type = meters.meter_type
        and meter_readings.energy_wh is not null
        and meter_readings.interval_s > 0
      order by meter_readings.timestamp
      limit 1
    ))
    from meters
    where meters.site_id = sites.site_id and meters.meter_type = 'Production'
  ) as production_metered_from,
  (
    select max((
      select meter_readings.timestamp
      from meter_readings
      where meter_readings.site_id = meters.site_id
        and meter_readings.device_key = meters.device_key
        and meter_readings.meter_type = meters.meter_type
        and meter_readings.energy_wh is not null
        and meter_readings.interval_s > 0
      order by meter_readings.timestamp desc
      limit 1
    ))
    from meters
    where meters.site_id = sites.site_id and meters.meter_type = 'Production'
  ) as production_metered_to
from sites
where :site_ids::text is null or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
order by site_id;
