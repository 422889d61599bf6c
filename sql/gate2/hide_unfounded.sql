-- Hide drivers whose cohort is hidden: their share of voice would tell its size.
update gate_cell set is_published = false
where
    is_published
    and kind <> 'all_posts'
    and not exists (
        select 1
        from gate_cell as cohort
        where
            cohort.is_published
            and cohort.kind = 'all_posts'
            and gate_cell.grain = cohort.grain
            and gate_cell.period_day = cohort.period_day
            and gate_cell.cohort_level = cohort.cohort_level
            and gate_cell.source_id = cohort.source_id
            and gate_cell.role = cohort.role
            and gate_cell.specialty = cohort.specialty
            and gate_cell.country = cohort.country
            and gate_cell.language = cohort.language
    )
