-- Every cell of the marts, numbered. A group is a week, a kind and a concept, with the days of that week: cells of one group
-- can be added up and subtracted. Where not even the whole of a group's week has k authors, nothing of it is published.
create or replace temp table gate_cell as
with every_cell as (
    select
        'week' as grain,
        period_day,
        kind,
        concept_id,
        cohort_level,
        source_id,
        role,
        specialty,
        country,
        language,
        posts,
        authors
    from driver_weekly
    union all
    select
        'day' as grain,
        period_day,
        kind,
        concept_id,
        cohort_level,
        source_id,
        role,
        specialty,
        country,
        language,
        posts,
        authors
    from driver_daily
    union all
    select
        'week' as grain,
        period_day,
        'all_posts' as kind,
        '*' as concept_id,
        cohort_level,
        source_id,
        role,
        specialty,
        country,
        language,
        posts,
        authors
    from cohort_weekly
    union all
    select
        'day' as grain,
        period_day,
        'all_posts' as kind,
        '*' as concept_id,
        cohort_level,
        source_id,
        role,
        specialty,
        country,
        language,
        posts,
        authors
    from cohort_daily
),

numbered as (
    select
        *,
        cast(date_trunc('week', period_day) as date) as week_day,
        row_number() over (
            order by
                grain, period_day, kind, concept_id, cohort_level, source_id, role, specialty, country, language
        ) as cell_id,
        authors >= getvariable('k') as is_published
    from every_cell
)

select
    *,
    dense_rank() over (order by week_day, kind, concept_id) as group_id,
    max(if(grain = 'week' and cohort_level = 'all', authors, 0)) over (partition by week_day, kind, concept_id)
    >= getvariable('k') as is_candidate
from numbered;
