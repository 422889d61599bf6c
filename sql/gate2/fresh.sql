-- Writes what the marts say now into the shown cells of the weeks at hand, and whether their change may be shown.
create or replace temp table gate_fresh as
with mart as (
    select
        'week' as grain,
        *
    from driver_weekly
    where period_day in (select gate_due.week_day from gate_due)
    union all by name
    select
        'day' as grain,
        *
    from driver_daily
    where cast(date_trunc('week', period_day) as date) in (select gate_due.week_day from gate_due)
    union all by name
    select
        'week' as grain,
        'all_posts' as kind,
        '*' as concept_id,
        *
    from cohort_weekly
    where period_day in (select gate_due.week_day from gate_due)
    union all by name
    select
        'day' as grain,
        'all_posts' as kind,
        '*' as concept_id,
        *
    from cohort_daily
    where cast(date_trunc('week', period_day) as date) in (select gate_due.week_day from gate_due)
)

select
    gate_shown.week_day,
    mart.*,
    gate_change.grain is not null as has_change
from mart
inner join gate_shown
    using (
        grain, period_day, kind, concept_id, cohort_level, source_id, role, specialty, country, language
    )
left join gate_change using (
    grain, period_day, kind, concept_id, cohort_level, source_id, role, specialty, country, language
);

delete from gate_shown
where week_day in (select gate_due.week_day from gate_due);

insert into gate_shown by name
select * exclude (baseline_posts) from gate_fresh;
