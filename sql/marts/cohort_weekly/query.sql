-- Grain: one row per week × cohort that has at least one post.
-- Owner: drivers. Late data: any changed day rebuilds its own weeks.
select * from cohort_size('week', $start_day)
