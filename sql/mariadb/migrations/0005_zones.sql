-- A zone that an answer names for a site with another one is believed when a second answer, most of a
-- day later, names it too. Until then it stands here.

alter table sites
  add column if not exists time_zone_claim text,          -- another time zone, not believed yet
  add column if not exists time_zone_claimed_at datetime; -- UTC: when it was named first
