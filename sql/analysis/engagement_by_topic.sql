-- Which topics draw the most interaction per post?
select
    label,
    sum(posts) as posts,
    round(sum(engagement) / sum(posts), 2) as engagement_per_post
from driver_weekly
where cohort_level = 'all' and kind = 'topic'
group by label
order by engagement_per_post desc
limit 20
