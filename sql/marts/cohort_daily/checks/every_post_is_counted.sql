-- fail: every stored post is counted once in the whole
select
    cast(date_trunc('day', post.day) as date) as period,
    count(*) as stored_posts,
    any_value(cohort_daily.posts) as counted_posts
from post
left join cohort_daily
    on cast(date_trunc('day', post.day) as date) = cohort_daily.period_day and cohort_daily.cohort_level = 'all'
group by period
having stored_posts is distinct from counted_posts
