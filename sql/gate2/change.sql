-- Drivers whose change may be shown. The baseline, and its hidden part alone, each has no author or at least k, for the
-- driver and for its cohort; authors are counted within a quarter, in which each has one pseudonym.
create or replace temp table gate_change as
with numbered as (
    select
        gate_shown.week_day,
        gate_shown.grain,
        gate_shown.period_day,
        stage_concept.concept_no,
        stage_cohort.cohort_no
    from gate_shown
    inner join stage_concept
        on gate_shown.kind = stage_concept.kind and gate_shown.concept_id = stage_concept.concept_id
    inner join stage_cohort
        on
            gate_shown.cohort_level = stage_cohort.cohort_level
            and gate_shown.source_id = stage_cohort.source_id
            and gate_shown.role = stage_cohort.role
            and gate_shown.specialty = stage_cohort.specialty
            and gate_shown.country = stage_cohort.country
            and gate_shown.language = stage_cohort.language
),

shown as (
    select
        *,
        period_day - cast(7 * getvariable('baseline_weeks') as integer) as first_day
    from numbered
    where week_day in (select gate_due.week_day from gate_due)
),

spoken as (
    select
        stage_spoken.day,
        stage_spoken.concept_no,
        stage_label_cohort.cohort_no,
        stage_spoken.author
    from stage_spoken
    inner join stage_label_cohort on stage_spoken.label_no = stage_label_cohort.label_no
    where
        (stage_spoken.concept_no, stage_label_cohort.cohort_no)
        in (select (shown.concept_no, shown.cohort_no) from shown)
),

member as (
    select distinct
        'day' as grain,
        day as period_day,
        concept_no,
        cohort_no,
        author
    from spoken
    union all
    select distinct
        'week' as grain,
        cast(date_trunc('week', day) as date) as period_day,
        concept_no,
        cohort_no,
        author
    from spoken
),

past as (
    select
        member.*,
        numbered.grain is not null as is_published,
        isoyear(member.period_day) * 10 + least((week(member.period_day) - 1) // 13, 3) as quarter
    from member
    left join numbered
        on
            member.grain = numbered.grain
            and member.period_day = numbered.period_day
            and member.concept_no = numbered.concept_no
            and member.cohort_no = numbered.cohort_no
),

counted as (
    select
        shown.grain,
        shown.period_day,
        shown.concept_no,
        shown.cohort_no,
        past.quarter,
        count(distinct past.author) as authors,
        count(distinct past.author) filter (where not past.is_published) as hidden_authors
    from shown
    inner join past
        on
            shown.grain = past.grain
            and shown.concept_no = past.concept_no
            and shown.cohort_no = past.cohort_no
            and shown.first_day <= past.period_day
            and shown.period_day > past.period_day
    group by shown.grain, shown.period_day, shown.concept_no, shown.cohort_no, past.quarter
),

withheld as (
    select
        grain,
        period_day,
        concept_no,
        cohort_no
    from counted
    group by grain, period_day, concept_no, cohort_no
    having max(authors) < getvariable('k') or max(hidden_authors) between 1 and getvariable('k') - 1
)

select
    driver.grain,
    driver.period_day,
    stage_concept.kind,
    stage_concept.concept_id,
    stage_cohort.cohort_level,
    stage_cohort.source_id,
    stage_cohort.role,
    stage_cohort.specialty,
    stage_cohort.country,
    stage_cohort.language
from shown as driver
inner join shown as cohort
    on
        driver.grain = cohort.grain
        and driver.period_day = cohort.period_day
        and driver.cohort_no = cohort.cohort_no
inner join stage_concept on driver.concept_no = stage_concept.concept_no
inner join stage_cohort on driver.cohort_no = stage_cohort.cohort_no
where
    driver.concept_no <> 0
    and cohort.concept_no = 0
    and (driver.grain, driver.period_day, driver.concept_no, driver.cohort_no) not in (
        select (withheld.grain, withheld.period_day, withheld.concept_no, withheld.cohort_no) from withheld
    )
    and (cohort.grain, cohort.period_day, cohort.concept_no, cohort.cohort_no) not in (
        select (withheld.grain, withheld.period_day, withheld.concept_no, withheld.cohort_no) from withheld
    );
