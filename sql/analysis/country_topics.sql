-- What are the leading topics of each country?
select
    country,
    label,
    sum(posts) as posts,
    count(distinct iso_week) as weeks
from driver_weekly
where cohort_level = 'country' and kind = 'topic' and country <> 'unknown'
group by country, label
qualify row_number() over (partition by country order by sum(posts) desc, label asc) <= 5
order by country asc, posts desc
