-- What a harvest must remember to tell silence from loss: what the site had reported when a range was
-- asked for, ranges that failed, and ranges whose day has had another total since. What was known
-- before stays; of ranges that came empty it is not known what the site had reported.

alter table coverage
  -- covered: values are there; empty: asked, nothing was there; failed: asked, no answer;
  -- stale: fetched, and the total of its day has changed since
  modify column state text not null check (state in ('covered', 'empty', 'failed', 'stale')),
  add column if not exists reported_at datetime, -- UTC: what the site had reported by then; NULL: not known
  add column if not exists tries bigint;         -- failures in a row, of a range that failed

alter table sync_metadata
  add column if not exists asked_until datetime,   -- UTC: up to when the newest request has asked
  add column if not exists delivered_at datetime,  -- UTC: last answer with values
  add column if not exists failures bigint,        -- failures in a row
  add column if not exists failing_since datetime, -- UTC: the first of them
  add column if not exists doubts bigint,          -- days on which the server denied it
  add column if not exists doubted_at datetime,    -- UTC: the last of them
  add column if not exists span_doubt_s bigint,    -- width that was refused without a reason [s]
  add column if not exists span_at datetime;       -- UTC: when that, or span_s, was learned

-- requests by what they were for, an hour each: keeps every purpose within its share of a quota
create table if not exists spending (
  bucket varchar(64) not null,  -- allowance of the source, for example credits or site:1234567
  hour_at datetime not null,    -- UTC: hour that begins here
  purpose varchar(64) not null, -- due, fresh, history or repeat
  requests bigint not null,
  primary key (bucket, hour_at, purpose)
) engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
