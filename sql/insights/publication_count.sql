-- How much of each mart is shown.
insert into insights.publication_count by name
select
    if(kind = 'all_posts', 'cohort_', 'driver_') || if(grain = 'day', 'daily', 'weekly') as mart,
    count(*) filter (where is_published) as cells_published,
    count(*) filter (where not is_published) as cells_suppressed
from gate_cell
group by mart
