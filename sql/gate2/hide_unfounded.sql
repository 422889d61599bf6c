-- Hide drivers whose cohort is hidden: their share of voice would tell its size.
update gate_cell set is_published = false
where
    is_published
    and concept_no <> 0
    and not exists (
        select 1
        from gate_cell as cohort
        where
            cohort.is_published
            and cohort.concept_no = 0
            and gate_cell.is_week = cohort.is_week
            and gate_cell.period_day = cohort.period_day
            and gate_cell.cohort_no = cohort.cohort_no
    )
