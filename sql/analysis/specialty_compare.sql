-- What does each specialty talk of more than HCPs in general? Lift is the ratio of the two shares of voice.
with latest as (
    select max(iso_week) as iso_week from top_driver
),

everybody as (
    select
        driver_weekly.concept_id,
        driver_weekly.kind,
        driver_weekly.voice_share
    from driver_weekly
    inner join latest on driver_weekly.iso_week = latest.iso_week
    where driver_weekly.cohort_level = 'all'
)

select
    driver_weekly.specialty,
    driver_weekly.kind,
    driver_weekly.label,
    driver_weekly.posts,
    driver_weekly.authors,
    round(driver_weekly.voice_share / everybody.voice_share, 2) as lift
from driver_weekly
inner join latest on driver_weekly.iso_week = latest.iso_week
inner join everybody
    on driver_weekly.concept_id = everybody.concept_id and driver_weekly.kind = everybody.kind
where driver_weekly.cohort_level = 'specialty' and driver_weekly.specialty <> 'unknown'
qualify row_number() over (partition by driver_weekly.specialty order by lift desc, driver_weekly.label asc) <= 5
order by driver_weekly.specialty asc, lift desc
