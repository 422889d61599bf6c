-- fail: a cell is one row
select
    period_day,
    cohort_level,
    source_id,
    role,
    specialty,
    country,
    language
from cohort_weekly
group by
    period_day,
    cohort_level,
    source_id,
    role,
    specialty,
    country,
    language
having count(*) > 1
