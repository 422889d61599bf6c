-- Where the hidden parts of a shown parent have fewer than k authors together, hide the smallest shown part as well (first
-- the one of nobody-knows-who, which is missed least), or the parent if no part is shown.
update gate_cell set is_published = false
where cell_id in (
    with hidden as (
        select
            gate_part.parent_id,
            gate_part.dimension,
            gate_part.part_id,
            part.authors
        from gate_part
        inner join gate_cell as parent on gate_part.parent_id = parent.cell_id
        inner join gate_cell as part on gate_part.part_id = part.cell_id
        where parent.is_published and not part.is_published
    ),

    doubtful as (
        select
            parent_id,
            dimension
        from hidden
        group by parent_id, dimension
        having max(authors) < getvariable('k')
    ),

    exposed as (
        select
            hidden.parent_id,
            hidden.dimension
        from hidden
        inner join doubtful on hidden.parent_id = doubtful.parent_id and hidden.dimension = doubtful.dimension
        inner join gate_member on hidden.part_id = gate_member.cell_id
        group by hidden.parent_id, hidden.dimension
        having count(distinct gate_member.author) < getvariable('k')
    ),

    shown as (
        select
            gate_part.parent_id,
            gate_part.dimension,
            arg_min(
                part.cell_id,
                row(
                    not part.is_of_unknown,
                    part.authors,
                    part.posts,
                    part.cell_id
                )
            ) as smallest_id
        from gate_part
        inner join exposed on gate_part.parent_id = exposed.parent_id and gate_part.dimension = exposed.dimension
        inner join gate_cell as part on gate_part.part_id = part.cell_id
        where part.is_published
        group by gate_part.parent_id, gate_part.dimension
    )

    select coalesce(shown.smallest_id, exposed.parent_id) as cell_id
    from exposed
    left join shown on exposed.parent_id = shown.parent_id and exposed.dimension = shown.dimension
)
