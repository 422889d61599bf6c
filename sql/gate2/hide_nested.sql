-- Hide what would show a small difference of two nested cells.
update gate_cell set is_published = false
where
    is_published
    and cell_id in (
        select gate_nested.victim_id
        from gate_nested
        inner join gate_cell as outside on gate_nested.outer_id = outside.cell_id
        inner join gate_cell as inside on gate_nested.inner_id = inside.cell_id
        where outside.is_published and inside.is_published
    )
