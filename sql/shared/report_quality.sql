-- What is here of each day of a site, for `seh report`, oldest first.
select day, state
from v_data_quality
where site_id = :site_id
order by day;
