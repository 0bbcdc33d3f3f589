-- What a harvest must remember to tell silence from loss: what the site had reported when a range was
-- asked for, ranges that failed, and ranges whose day has had another total since. What was known
-- before stays; of ranges that came empty it is not known what the site had reported.

create table coverage_with_evidence (
  site_id integer not null,
  series text not null,
  device_key text not null,
  start_at text not null,   -- UTC: start, inclusive
  end_at text not null,     -- UTC: end, exclusive
  state text not null       -- covered: values are there; empty: asked, nothing was there; failed: asked,
                            -- no answer; stale: fetched, and the total of its day has changed since
    check (state in ('covered', 'empty', 'failed', 'stale')),
  fetched_at text not null, -- UTC: when it was last asked
  reported_at text,         -- UTC: what the site had reported by then; NULL: not known
  tries integer,            -- failures in a row, of a range that failed
  primary key (site_id, series, device_key, start_at)
) strict, without rowid;
insert into coverage_with_evidence
select site_id, series, device_key, start_at, end_at, state, fetched_at, null, null
from coverage;
drop table coverage;
alter table coverage_with_evidence rename to coverage;

alter table sync_metadata add column asked_until text;     -- UTC: up to when the newest request has asked
alter table sync_metadata add column delivered_at text;    -- UTC: last answer with values
alter table sync_metadata add column failures integer;     -- failures in a row
alter table sync_metadata add column failing_since text;   -- UTC: the first of them
alter table sync_metadata add column doubts integer;       -- days on which the server denied it
alter table sync_metadata add column doubted_at text;      -- UTC: the last of them
alter table sync_metadata add column span_doubt_s integer; -- width that was refused without a reason [s]
alter table sync_metadata add column span_at text;         -- UTC: when that, or span_s, was learned

-- requests by what they were for, an hour each: keeps every purpose within its share of a quota
create table spending (
  bucket text not null,      -- allowance of the source, for example credits or site:1234567
  hour_at text not null,     -- UTC: hour that begins here
  purpose text not null,     -- due, fresh, history or repeat
  requests integer not null,
  primary key (bucket, hour_at, purpose)
) strict, without rowid;
