-- The shown cells of cohort_weekly.
insert into insights.cohort_weekly by name
select
    mart.* exclude (engagement),
    strftime(mart.period_day, '%G-W%V') as iso_week,
    round(mart.engagement, 1) as engagement
from cohort_weekly as mart
inner join gate_cell
    on
        gate_cell.grain = 'week'
        and gate_cell.kind = 'all_posts'
        and mart.period_day = gate_cell.period_day
        and mart.cohort_level = gate_cell.cohort_level
        and mart.source_id = gate_cell.source_id
        and mart.role = gate_cell.role
        and mart.specialty = gate_cell.specialty
        and mart.country = gate_cell.country
        and mart.language = gate_cell.language
where gate_cell.is_published
