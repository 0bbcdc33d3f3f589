-- The newest run; finished_at is NULL while it runs or when it died.
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
limit 1;
