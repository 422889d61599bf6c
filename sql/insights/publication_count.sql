-- How much of each mart is shown.
insert into insights.publication_count by name
with shown as (
    select
        if(kind = 'all_posts', 'cohort_', 'driver_') || if(grain = 'day', 'daily', 'weekly') as mart,
        count(*) as cells
    from gate_shown
    group by mart
),

every_cell as (
    select
        mart,
        sum(cells) as cells
    from gate_held
    group by mart
)

select
    every_cell.mart,
    coalesce(shown.cells, 0) as cells_published,
    every_cell.cells - coalesce(shown.cells, 0) as cells_suppressed
from every_cell
left join shown on every_cell.mart = shown.mart
