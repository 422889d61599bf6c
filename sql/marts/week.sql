-- What the posts of each ISO week come to, as one number: where it is the same as before, nothing has to be done again.
with line as (
    select
        cast(date_trunc('week', day) as date) as week_day,
        hash(
            post_key, author_key, day, source_id, role, specialty, country, language,
            coalesce(text_tags, []), reply_count + repost_count + like_count + quote_count
        ) as line_hash
    from post
    where day >= $start_day and day < $end_day
    union all
    select
        cast(date_trunc('week', day) as date) as week_day,
        hash(post_key, day, kind, concept_id) as line_hash
    from mention
    where day >= $start_day and day < $end_day and not is_negated
)

select
    week_day,
    cast(sum(cast(line_hash as hugeint)) as varchar) || '-' || cast(count(*) as varchar) as digest
from line
group by week_day
