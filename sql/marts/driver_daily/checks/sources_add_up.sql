-- fail: the posts of all sources add up to those of the whole
select
    period_day,
    kind,
    concept_id,
    sum(posts) filter (where cohort_level = 'all') as whole,
    sum(posts) filter (where cohort_level = 'source') as parts
from driver_daily
group by period_day, kind, concept_id
having whole is distinct from parts
