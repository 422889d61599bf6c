-- Which cells add up to which: `parts` of one parent and one dimension are disjoint in posts, and complete.
create or replace temp table gate_part as
with branch as (
    select
        parent.cohort_no as parent_no,
        part.cohort_no as part_no,
        part.cohort_level as dimension
    from stage_cohort as parent
    cross join stage_cohort as part
    where parent.cohort_level = 'all' and part.cohort_level not in ('all', 'specialty_country')
    union all
    select
        parent.cohort_no as parent_no,
        part.cohort_no as part_no,
        'country' as dimension
    from stage_cohort as parent
    inner join stage_cohort as part on parent.specialty = part.specialty
    where parent.cohort_level = 'specialty' and part.cohort_level = 'specialty_country'
    union all
    select
        parent.cohort_no as parent_no,
        part.cohort_no as part_no,
        'specialty' as dimension
    from stage_cohort as parent
    inner join stage_cohort as part on parent.country = part.country
    where parent.cohort_level = 'country' and part.cohort_level = 'specialty_country'
)

select
    parent.group_id,
    parent.cell_id as parent_id,
    part.cell_id as part_id,
    branch.dimension
from gate_cell as part
inner join branch on part.cohort_no = branch.part_no
inner join gate_cell as parent
    on
        branch.parent_no = parent.cohort_no
        and part.group_id = parent.group_id
        and part.is_week = parent.is_week
        and part.period_day = parent.period_day
union all
select
    parent.group_id,
    parent.cell_id as parent_id,
    part.cell_id as part_id,
    'day' as dimension
from gate_cell as parent
inner join gate_cell as part on parent.group_id = part.group_id and parent.cohort_no = part.cohort_no
where parent.is_week = 1 and part.is_week = 0;
