-- The cells to decide on, numbered. A group is a week and a concept, with the days of that week: cells of one group can be
-- added up and subtracted. Where not even the whole of a group's week has k authors, nothing of it is published, so it is
-- left out from the start.
create or replace temp table gate_group as
with whole as (
    select
        period_day as week_day,
        kind,
        concept_id
    from driver_weekly
    where cohort_level = 'all' and authors >= getvariable('k')
    union all
    select
        period_day as week_day,
        'all_posts' as kind,
        '*' as concept_id
    from cohort_weekly
    where cohort_level = 'all' and authors >= getvariable('k')
)

select
    gate_due.week_day,
    stage_concept.concept_no,
    row_number() over (order by gate_due.week_day, stage_concept.concept_no) as group_id
from gate_due
inner join whole on gate_due.week_day = whole.week_day
inner join stage_concept on whole.kind = stage_concept.kind and whole.concept_id = stage_concept.concept_id
where gate_due.is_undecided;

create or replace temp table gate_cell_author as
with spoken as (
    select
        gate_group.group_id,
        gate_group.week_day,
        stage_spoken.day,
        stage_spoken.concept_no,
        stage_label_cohort.cohort_no,
        stage_spoken.author
    from stage_spoken
    inner join gate_group
        on
            cast(date_trunc('week', stage_spoken.day) as date) = gate_group.week_day
            and stage_spoken.concept_no = gate_group.concept_no
    inner join stage_label_cohort on stage_spoken.label_no = stage_label_cohort.label_no
)

select
    group_id,
    1 as is_week,
    week_day as period_day,
    concept_no,
    cohort_no,
    author,
    count(*) as posts
from spoken
group by group_id, week_day, concept_no, cohort_no, author
union all
select
    group_id,
    0 as is_week,
    day as period_day,
    concept_no,
    cohort_no,
    author,
    count(*) as posts
from spoken
group by group_id, day, concept_no, cohort_no, author;

create or replace temp table gate_cell as
with counted as (
    select
        group_id,
        is_week,
        period_day,
        concept_no,
        cohort_no,
        cast(sum(posts) as bigint) as posts,
        count(*) as authors
    from gate_cell_author
    group by group_id, is_week, period_day, concept_no, cohort_no
)

select
    counted.*,
    row_number() over (
        order by counted.is_week, counted.period_day, counted.concept_no, counted.cohort_no
    ) as cell_id,
    stage_cohort.cohort_level = 'all' as is_all,
    'unknown' in (stage_cohort.role, stage_cohort.specialty, stage_cohort.country) as is_of_unknown,
    counted.authors >= getvariable('k') as is_published
from counted
inner join stage_cohort on counted.cohort_no = stage_cohort.cohort_no;
