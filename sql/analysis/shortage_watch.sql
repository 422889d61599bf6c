-- Is there talk of shortages and supply, and does it grow?
select
    driver_weekly.iso_week,
    driver_weekly.label,
    driver_weekly.posts,
    driver_weekly.authors,
    driver_weekly.log_odds_z,
    driver_weekly.is_rising
from driver_weekly
where
    driver_weekly.cohort_level = 'all'
    and driver_weekly.kind = 'topic'
    and regexp_matches(lower(driver_weekly.label), 'shortage|supply|stock')
order by driver_weekly.iso_week desc, driver_weekly.posts desc
