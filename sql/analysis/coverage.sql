-- How much of the conversation do these numbers rest on, and how much was held back?
select
    source_health.iso_week,
    source_health.source_id,
    source_health.posts,
    source_health.authors,
    source_health.refused_share,
    publication.k as fewest_authors
from source_health
cross join publication
order by source_health.iso_week desc, source_health.source_id asc
