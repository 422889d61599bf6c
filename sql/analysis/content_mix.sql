-- What are posts made of, and how does the mix move?
select
    iso_week,
    label,
    posts,
    round(100 * voice_share, 1) as voice_percent
from driver_weekly
where cohort_level = 'all' and kind = 'content_type'
order by iso_week desc, posts desc
