-- The shown cells of cohort_weekly.
insert into insights.cohort_weekly by name
select
    period_day,
    strftime(period_day, '%G-W%V') as iso_week,
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
where grain = 'week' and kind = 'all_posts'
