-- Every site with its name, for those who name one.
select s.site_id, s.name
from sites s
order by s.site_id;
