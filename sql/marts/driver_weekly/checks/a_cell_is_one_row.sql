-- fail: a cell is one row
select
    period_day,
    kind,
    concept_id,
    cohort_level,
    source_id,
    role,
    specialty,
    country,
    language
from driver_weekly
group by
    period_day,
    kind,
    concept_id,
    cohort_level,
    source_id,
    role,
    specialty,
    country,
    language
having count(*) > 1
