-- fail: every stored post is counted once in the whole
select
    cast(date_trunc('week', post.day) as date) as period,
    count(*) as stored_posts,
    any_value(cohort_weekly.posts) as counted_posts
from post
left join cohort_weekly
    on cast(date_trunc('week', post.day) as date) = cohort_weekly.period_day and cohort_weekly.cohort_level = 'all'
group by period
having stored_posts is distinct from counted_posts
