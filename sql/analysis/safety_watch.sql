-- Which adverse events are told more than before? A signal to look at, not a rate.
select
    iso_week,
    label,
    posts,
    authors,
    log_odds_z,
    is_rising
from driver_weekly
where cohort_level = 'all' and kind = 'adverse_event'
order by iso_week desc, log_odds_z desc nulls last
