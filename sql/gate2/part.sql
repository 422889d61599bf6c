-- Which cells add up to which: `parts` of one parent and one dimension are disjoint in posts, and complete.
create or replace temp table gate_part as
with candidate as (
    select * from gate_cell
    where is_candidate
)

select
    parent.cell_id as parent_id,
    part.cell_id as part_id,
    part.cohort_level as dimension
from candidate as parent
inner join candidate as part
    on parent.group_id = part.group_id and parent.grain = part.grain and parent.period_day = part.period_day
where parent.cohort_level = 'all' and part.cohort_level not in ('all', 'specialty_country')
union all
select
    parent.cell_id as parent_id,
    part.cell_id as part_id,
    'country' as dimension
from candidate as parent
inner join candidate as part
    on
        parent.group_id = part.group_id
        and parent.grain = part.grain
        and parent.period_day = part.period_day
        and parent.specialty = part.specialty
where parent.cohort_level = 'specialty' and part.cohort_level = 'specialty_country'
union all
select
    parent.cell_id as parent_id,
    part.cell_id as part_id,
    'specialty' as dimension
from candidate as parent
inner join candidate as part
    on
        parent.group_id = part.group_id
        and parent.grain = part.grain
        and parent.period_day = part.period_day
        and parent.country = part.country
where parent.cohort_level = 'country' and part.cohort_level = 'specialty_country'
union all
select
    parent.cell_id as parent_id,
    part.cell_id as part_id,
    'day' as dimension
from candidate as parent
inner join candidate as part
    on
        parent.group_id = part.group_id
        and parent.cohort_level = part.cohort_level
        and parent.source_id = part.source_id
        and parent.role = part.role
        and parent.specialty = part.specialty
        and parent.country = part.country
        and parent.language = part.language
where parent.grain = 'week' and part.grain = 'day';
