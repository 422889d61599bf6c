-- Who stands behind each cell, with how many posts. Pseudonyms turn with the quarter: a person is counted within one.
create or replace temp table gate_member as
with member as (
    select
        'week' as grain,
        *
    from cell_author('week', cast(getvariable('first_day') as date), cast(getvariable('end_day') as date))
    union all
    select
        'day' as grain,
        *
    from cell_author('day', cast(getvariable('first_day') as date), cast(getvariable('end_day') as date))
)

select
    gate_cell.cell_id,
    hash(member.author_key) as author,
    member.posts
from member
inner join gate_cell
    on
        member.grain = gate_cell.grain
        and member.period_day = gate_cell.period_day
        and member.kind = gate_cell.kind
        and member.concept_id = gate_cell.concept_id
        and member.cohort_level = gate_cell.cohort_level
        and member.source_id = gate_cell.source_id
        and member.role = gate_cell.role
        and member.specialty = gate_cell.specialty
        and member.country = gate_cell.country
        and member.language = gate_cell.language;
