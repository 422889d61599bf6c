-- Keeps the decision on the cells: the shown ones, as yet without their change, and how many there were.
delete from gate_shown
where week_day in (
    select gate_due.week_day from gate_due
    where gate_due.is_undecided
);

insert into gate_shown by name
select
    cast(date_trunc('week', gate_cell.period_day) as date) as week_day,
    if(gate_cell.is_week = 1, 'week', 'day') as grain,
    gate_cell.period_day,
    stage_concept.kind,
    stage_concept.concept_id,
    stage_cohort.cohort_level,
    stage_cohort.source_id,
    stage_cohort.role,
    stage_cohort.specialty,
    stage_cohort.country,
    stage_cohort.language,
    gate_cell.posts,
    gate_cell.authors,
    0 as engagement,
    false as has_change
from gate_cell
inner join stage_concept on gate_cell.concept_no = stage_concept.concept_no
inner join stage_cohort on gate_cell.cohort_no = stage_cohort.cohort_no
where gate_cell.is_published;

delete from gate_held
where week_day in (
    select gate_due.week_day from gate_due
    where gate_due.is_undecided
);

insert into gate_held
select
    cast(date_trunc('week', every_cell.period_day) as date) as week_day,
    every_cell.mart,
    count(*) as cells
from (
    select
        'driver_weekly' as mart,
        period_day
    from driver_weekly
    union all
    select
        'driver_daily' as mart,
        period_day
    from driver_daily
    union all
    select
        'cohort_weekly' as mart,
        period_day
    from cohort_weekly
    union all
    select
        'cohort_daily' as mart,
        period_day
    from cohort_daily
) as every_cell
where
    cast(date_trunc('week', every_cell.period_day) as date)
    in (
        select gate_due.week_day from gate_due
        where gate_due.is_undecided
    )
group by week_day, every_cell.mart;
