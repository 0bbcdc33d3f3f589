-- What meters counted in a whole day: the parts of its balance that another column does not hold already.

alter table energy_readings add column metered_production_wh double precision;  -- counted by production meters [Wh]
alter table energy_readings add column metered_consumption_wh double precision; -- counted by consumption meters [Wh]
