-- Grain: one row per day × cohort that has at least one post.
-- Owner: drivers. Late data: any changed day rebuilds its own weeks.
select * from cohort_size('day', $start_day)
