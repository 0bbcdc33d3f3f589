-- Requests of the newest hours by what they were for. What is older than a day and a half is deleted
-- when a run ends; :site_ids is not looked at, because an allowance may be shared by all sites.
select bucket, hour_at, purpose, requests
from spending
order by bucket, hour_at, purpose;
