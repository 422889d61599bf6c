-- fail: every stored post is counted once in the whole, an author's repeats within a week as one
select
    cast(date_trunc('week', post.day) as date) as period,
    count(*) as stored_posts,
    any_value(cohort_weekly.posts) as counted_posts
from post
anti join repeat_between(date '0001-01-01', date '9999-12-31') as repeat on post.post_key = repeat.post_key
left join cohort_weekly
    on cast(date_trunc('week', post.day) as date) = cohort_weekly.period_day and cohort_weekly.cohort_level = 'all'
group by period
having stored_posts is distinct from counted_posts
