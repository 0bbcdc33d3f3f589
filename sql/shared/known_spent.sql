-- Requests of the newest hours by what they were for, whatever the sites: an allowance may be shared by
-- all of them. What is older than a day and a half is deleted when a run ends.
select bucket, hour_at, purpose, requests
from spending
order by bucket, hour_at, purpose;
