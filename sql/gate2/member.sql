-- Who stands behind each cell, with how many posts. Pseudonyms turn with the quarter: a person is counted within one.
create or replace temp table gate_member as
select
    gate_cell.cell_id,
    gate_cell_author.author,
    gate_cell_author.posts
from gate_cell_author
inner join gate_cell
    on
        gate_cell_author.group_id = gate_cell.group_id
        and gate_cell_author.is_week = gate_cell.is_week
        and gate_cell_author.period_day = gate_cell.period_day
        and gate_cell_author.cohort_no = gate_cell.cohort_no;
