-- Grain: one row per day × cohort that has at least one post.
-- Owner: drivers. Late data: any changed day rebuilds its own weeks.
select * exclude (kind, concept_id)
from cell('day', $start_day, $end_day)
where kind = 'all_posts'
