-- What meters counted in a whole day: the parts of its balance that another column does not hold already.

alter table energy_readings
  add column if not exists metered_production_wh double,  -- counted by production meters [Wh]
  add column if not exists metered_consumption_wh double; -- counted by consumption meters [Wh]
