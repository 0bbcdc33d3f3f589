-- Days of a site whose balance does not add up: where the production went, where the consumption came from.
select *
from (
  select
    'production' as side,
    reading_date as day,
    production_wh as stated_wh,
    to_self_consumption_wh + coalesce(to_storage_wh, 0) + to_grid_wh as parts_wh
  from energy_readings
  where site_id = :site_id and time_unit = 'DAY'
  union all
  select
    'consumption',
    reading_date,
    consumption_wh,
    from_pv_wh + coalesce(from_storage_wh, 0) + from_grid_wh
  from energy_readings
  where site_id = :site_id and time_unit = 'DAY'
) as balances
where abs(stated_wh - parts_wh) > :least_wh and abs(stated_wh - parts_wh) > :share * stated_wh
order by side, day
limit 10000;
