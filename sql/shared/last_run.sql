-- The newest runs; finished_at is NULL while one runs or when it died. Those of a clock astray come first, so
-- that several are needed.
select
  run_id,
  host,
  pid,
  started_at,
  finished_at,
  exit_code,
  requests,
  rows_inserted,
  rows_changed,
  summary
from runs
order by started_at desc, run_id desc
limit 20;
