-- What a harvest must remember to tell silence from loss: what the site had reported when a range was
-- asked for, ranges that failed, and ranges whose day has had another total since. What was known
-- before stays; of ranges that came empty it is not known what the site had reported.

-- covered: values are there; empty: asked, nothing was there; failed: asked, no answer;
-- stale: fetched, and the total of its day has changed since
alter table coverage drop constraint if exists coverage_state_check;
alter table coverage add constraint coverage_state_check
  check (state in ('covered', 'empty', 'failed', 'stale'));
alter table coverage add column reported_at timestamptz; -- what the site had reported by then; NULL: not known
alter table coverage add column tries bigint;            -- failures in a row, of a range that failed

alter table sync_metadata add column asked_until timestamptz;   -- up to when the newest request has asked
alter table sync_metadata add column delivered_at timestamptz;  -- last answer with values
alter table sync_metadata add column failures bigint;           -- failures in a row
alter table sync_metadata add column failing_since timestamptz; -- the first of them
alter table sync_metadata add column doubts bigint;             -- days on which the server denied it
alter table sync_metadata add column doubted_at timestamptz;    -- the last of them
alter table sync_metadata add column span_doubt_s bigint;       -- width that was refused without a reason [s]
alter table sync_metadata add column span_at timestamptz;       -- when that, or span_s, was learned

-- requests by what they were for, an hour each: keeps every purpose within its share of a quota
create table if not exists spending (
  bucket text collate "C" not null,         -- allowance of the source, for example credits or site:1234567
  hour_at timestamptz not null, -- hour that begins here
  purpose text collate "C" not null,        -- due, fresh, history or repeat
  requests bigint not null,
  primary key (bucket, hour_at, purpose)
);
