-- Which products rise against the weeks before, and in which weeks?
select
    iso_week,
    label,
    posts,
    authors,
    log_odds,
    log_odds_z
from driver_weekly
where cohort_level = 'all' and kind = 'product' and is_rising
order by iso_week desc, log_odds_z desc
