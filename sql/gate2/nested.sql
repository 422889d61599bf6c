-- Pairs of cells, one inside the other, whose difference has some authors but fewer than k: not both may be shown. A driver
-- gives way to its cohort, a roll-up to the narrower concept.
create or replace temp table gate_nested as
with shown as (
    select
        gate_cell.cell_id,
        gate_cell.is_week,
        gate_cell.period_day,
        gate_cell.concept_no,
        gate_cell.cohort_no,
        stage_concept.kind,
        stage_concept.concept_id
    from gate_cell
    inner join stage_concept on gate_cell.concept_no = stage_concept.concept_no
    where gate_cell.is_published
),

pair as (
    select
        outside.cell_id as outer_id,
        inside.cell_id as inner_id,
        inside.cell_id as victim_id
    from shown as inside
    inner join shown as outside
        on
            inside.is_week = outside.is_week
            and inside.period_day = outside.period_day
            and inside.cohort_no = outside.cohort_no
    where inside.concept_no <> 0 and outside.concept_no = 0
    union all
    select
        outside.cell_id as outer_id,
        inside.cell_id as inner_id,
        outside.cell_id as victim_id
    from shown as inside
    inner join concept_rollup
        on inside.concept_id = concept_rollup.concept_id and inside.concept_id <> concept_rollup.rollup_id
    inner join shown as outside
        on
            concept_rollup.rollup_id = outside.concept_id
            and inside.kind = outside.kind
            and inside.is_week = outside.is_week
            and inside.period_day = outside.period_day
            and inside.cohort_no = outside.cohort_no
)

select
    pair.outer_id,
    pair.inner_id,
    pair.victim_id
from pair
inner join gate_member as outside on pair.outer_id = outside.cell_id
left join gate_member as inside on pair.inner_id = inside.cell_id and outside.author = inside.author
group by pair.outer_id, pair.inner_id, pair.victim_id
having count(*) filter (where outside.posts > coalesce(inside.posts, 0)) between 1 and getvariable('k') - 1;
