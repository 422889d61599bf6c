-- Drivers whose change may be shown. The baseline, and its hidden part alone, each has no author or at least k, for the
-- driver and for its cohort; authors are counted within a quarter, in which each has one pseudonym.
create or replace temp table gate_change as
with shown as (
    select
        *,
        period_day - cast(7 * getvariable('baseline_weeks') as integer) as first_day
    from gate_cell
    where is_published
),

behind as (
    select
        shown.cell_id,
        gate_member.author,
        past.is_published,
        isoyear(past.period_day) * 10 + least((week(past.period_day) - 1) // 13, 3) as quarter
    from shown
    inner join gate_cell as past
        on
            shown.grain = past.grain
            and shown.kind = past.kind
            and shown.concept_id = past.concept_id
            and shown.cohort_level = past.cohort_level
            and shown.source_id = past.source_id
            and shown.role = past.role
            and shown.specialty = past.specialty
            and shown.country = past.country
            and shown.language = past.language
            and shown.first_day <= past.period_day
            and shown.period_day > past.period_day
    inner join gate_member on past.cell_id = gate_member.cell_id
),

counted as (
    select
        cell_id,
        quarter,
        count(distinct author) as authors,
        count(distinct author) filter (where not is_published) as hidden_authors
    from behind
    group by cell_id, quarter
),

withheld as (
    select cell_id
    from counted
    group by cell_id
    having max(authors) < getvariable('k') or max(hidden_authors) between 1 and getvariable('k') - 1
)

select driver.cell_id
from shown as driver
inner join shown as cohort
    on
        driver.grain = cohort.grain
        and driver.period_day = cohort.period_day
        and driver.cohort_level = cohort.cohort_level
        and driver.source_id = cohort.source_id
        and driver.role = cohort.role
        and driver.specialty = cohort.specialty
        and driver.country = cohort.country
        and driver.language = cohort.language
where
    driver.kind <> 'all_posts'
    and cohort.kind = 'all_posts'
    and driver.cell_id not in (select withheld.cell_id from withheld)
    and cohort.cell_id not in (select withheld.cell_id from withheld);
