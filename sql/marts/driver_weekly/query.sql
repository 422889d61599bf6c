-- Grain: one row per week × kind × concept × cohort that has at least one post.
-- Owner: drivers. Late data: any changed day rebuilds its own weeks and the weeks whose baseline it is in.
-- Rising: z over 1.96 on at least five posts.
select
    *,
    coalesce(log_odds_z > 1.96 and posts >= 5, false) as is_rising
from driver('week', $start_day, 7 * $baseline_weeks)
