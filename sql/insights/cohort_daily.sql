-- The shown cells of cohort_daily.
insert into insights.cohort_daily by name
select
    period_day,
    cohort_level,
    source_id,
    role,
    specialty,
    country,
    language,
    posts,
    authors,
    round(engagement, 1) as engagement
from gate_shown
where grain = 'day' and kind = 'all_posts'
