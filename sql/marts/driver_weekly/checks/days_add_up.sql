-- fail: the posts of the days add up to those of their week
with summed as (
    select
        cast(date_trunc('week', period_day) as date) as week,
        kind,
        concept_id,
        cohort_level,
        sum(posts) as posts
    from driver_daily
    group by week, kind, concept_id, cohort_level
),

weekly as (
    select
        period_day as week,
        kind,
        concept_id,
        cohort_level,
        sum(posts) as posts
    from driver_weekly
    group by week, kind, concept_id, cohort_level
)

select
    weekly.posts as week_posts,
    summed.posts as day_posts
from weekly
full join summed using (week, kind, concept_id, cohort_level)
where weekly.posts is distinct from summed.posts
