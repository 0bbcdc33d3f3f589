-- What energy costs and earns, and what the installation has cost: what the last `seh tariff load` read.

-- price of a kWh in one quarter-hour of a weekday, from the first to the last day on which it holds:
-- written out, so that the price of a quarter-hour is found by the key
create table tariffs (
  direction text collate "C" not null,     -- purchase or feed_in
  site_id bigint not null,                 -- 0: every site that has no tariff of its own in this direction
  first_day date not null,                 -- local date
  weekday bigint not null,                 -- 1 is Monday, 7 is Sunday
  minute bigint not null,                  -- of the wall clock since midnight: the quarter-hour begins
  from_minute bigint not null,             -- the part of the day with this price, inclusive
  to_minute bigint not null,               -- exclusive; 1440 is the end of the day
  last_day date not null,                  -- local date, inclusive; 9999-12-31: no end is known
  price_per_kwh double precision not null, -- in the currency
  currency text not null,                  -- ISO 4217
  primary key (direction, site_id, weekday, minute, first_day)
);

-- money that was spent on an installation
create table investments (
  paid_on date not null,            -- local date
  site_id bigint not null,          -- 0: the only site of the database
  amount double precision not null, -- in the currency
  currency text not null,           -- ISO 4217
  primary key (paid_on, site_id)
);
