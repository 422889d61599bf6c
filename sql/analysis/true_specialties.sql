-- How many authors of each specialty spoke last week, corrected for the labels that gate 1 randomised?
with latest as (
    select max(iso_week) as iso_week from top_driver
),

rate as (
    select
        coalesce(max(specialty_flip), 0) as flip,
        coalesce(max(specialty_labels), 1) as labels
    from randomisation
),

observed as (
    select
        cohort_weekly.specialty,
        cohort_weekly.authors,
        sum(cohort_weekly.authors) over () as all_authors
    from cohort_weekly
    inner join latest on cohort_weekly.iso_week = latest.iso_week
    where cohort_weekly.cohort_level = 'specialty' and cohort_weekly.specialty <> 'unknown'
)

select
    observed.specialty,
    observed.authors as authors_observed,
    greatest(
        0,
        round((observed.authors - rate.flip * observed.all_authors / rate.labels) / (1 - rate.flip))
    ) as authors_estimated,
    rate.flip as flip_share
from observed
cross join rate
order by authors_estimated desc, observed.specialty asc
