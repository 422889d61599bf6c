-- Pairs of cells, one inside the other, whose difference has some authors but fewer than k: not both may be shown. A driver
-- gives way to its cohort, a roll-up to the narrower concept.
create or replace temp table gate_nested as
with pair as (
    select
        outside.cell_id as outer_id,
        inside.cell_id as inner_id,
        inside.cell_id as victim_id
    from gate_cell as inside
    inner join gate_cell as outside
        on
            inside.grain = outside.grain
            and inside.period_day = outside.period_day
            and inside.cohort_level = outside.cohort_level
            and inside.source_id = outside.source_id
            and inside.role = outside.role
            and inside.specialty = outside.specialty
            and inside.country = outside.country
            and inside.language = outside.language
    where inside.is_published and outside.is_published and inside.kind <> 'all_posts' and outside.kind = 'all_posts'
    union all
    select
        outside.cell_id as outer_id,
        inside.cell_id as inner_id,
        outside.cell_id as victim_id
    from gate_cell as inside
    inner join concept_rollup
        on inside.concept_id = concept_rollup.concept_id and inside.concept_id <> concept_rollup.rollup_id
    inner join gate_cell as outside
        on
            concept_rollup.rollup_id = outside.concept_id
            and inside.kind = outside.kind
            and inside.grain = outside.grain
            and inside.period_day = outside.period_day
            and inside.cohort_level = outside.cohort_level
            and inside.source_id = outside.source_id
            and inside.role = outside.role
            and inside.specialty = outside.specialty
            and inside.country = outside.country
            and inside.language = outside.language
    where inside.is_published and outside.is_published
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
