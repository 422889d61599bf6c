-- How does interest in a congress build up and fade, day by day?
select
    label,
    period_day,
    posts,
    authors,
    round(100 * voice_share, 1) as voice_percent
from driver_daily
where cohort_level = 'all' and kind = 'event'
order by label, period_day
