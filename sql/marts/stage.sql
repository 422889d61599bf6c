-- What the posts of a span of days say, in numbers instead of words: what the marts and gate 2 count. The span is that of
-- the variables `first_day` and `end_day`; numbers keep the order of the words, and mean something within a span only.

create or replace temp table stage_label as
with label as (
    select distinct
        source_id,
        coalesce(role, 'unknown') as role,
        coalesce(specialty, 'unknown') as specialty,
        coalesce(country, 'unknown') as country,
        language
    from post
    where day >= getvariable('first_day') and day < getvariable('end_day')
)

select
    row_number() over (order by source_id, role, specialty, country, language) as label_no,
    *
from label;

-- The cohorts that a post with these labels is in.
create or replace temp table stage_label_cohort as
with cohort_set (cohort_level, has_source, has_role, has_specialty, has_country, has_language) as (
    values
    ('all', false, false, false, false, false),
    ('source', true, false, false, false, false),
    ('role', false, true, false, false, false),
    ('specialty', false, false, true, false, false),
    ('country', false, false, false, true, false),
    ('language', false, false, false, false, true),
    ('specialty_country', false, false, true, true, false)
),

named as (
    select
        stage_label.label_no,
        cohort_set.cohort_level,
        if(cohort_set.has_source, stage_label.source_id, 'all') as source_id,
        if(cohort_set.has_role, stage_label.role, 'all') as role,
        if(cohort_set.has_specialty, stage_label.specialty, 'all') as specialty,
        if(cohort_set.has_country, stage_label.country, 'all') as country,
        if(cohort_set.has_language, stage_label.language, 'all') as language
    from stage_label
    cross join cohort_set
)

select
    *,
    dense_rank() over (order by cohort_level, source_id, role, specialty, country, language) as cohort_no
from named;

create or replace temp table stage_cohort as
select distinct
    cohort_no,
    cohort_level,
    source_id,
    role,
    specialty,
    country,
    language
from stage_label_cohort;

-- An author's repeats count once.
create or replace temp table stage_repeat as
select post_key from repeat_between(getvariable('first_day'), getvariable('end_day'));

-- A hash stands for the author: should two ever share one, fewer are counted, never more.
create or replace temp table stage_post as
select
    post.post_key,
    row_number() over () as post_no,
    post.day,
    hash(post.author_key) as author,
    stage_label.label_no,
    ln(1 + post.reply_count + post.repost_count + post.like_count + post.quote_count) as engagement
from post
inner join stage_label
    on
        post.source_id = stage_label.source_id
        and coalesce(post.role, 'unknown') = stage_label.role
        and coalesce(post.specialty, 'unknown') = stage_label.specialty
        and coalesce(post.country, 'unknown') = stage_label.country
        and post.language = stage_label.language
anti join stage_repeat on post.post_key = stage_repeat.post_key
where post.day >= getvariable('first_day') and post.day < getvariable('end_day');

create or replace temp table stage_mention as
select distinct
    stage_post.post_no,
    mention.kind,
    coalesce(concept_rollup.rollup_id, mention.concept_id) as concept_id
from mention
inner join stage_post on mention.post_key = stage_post.post_key
left join concept_rollup on mention.concept_id = concept_rollup.concept_id
where
    mention.day >= getvariable('first_day')
    and mention.day < getvariable('end_day')
    and not mention.is_negated;

create or replace temp table stage_concept as
with concept as (
    select distinct
        kind,
        concept_id
    from stage_mention
)

select
    row_number() over (order by kind, concept_id) as concept_no,
    kind,
    concept_id
from concept
union all
select
    0 as concept_no,
    'all_posts' as kind,
    '*' as concept_id;

-- One row per post and concept, each once, also where the concept is reached by roll-up; what a post denies does not count.
-- The concept 0 stands for every post.
create or replace temp table stage_spoken as
select
    stage_concept.concept_no,
    stage_post.day,
    stage_post.author,
    stage_post.label_no,
    stage_post.engagement
from stage_mention
inner join stage_concept
    on stage_mention.kind = stage_concept.kind and stage_mention.concept_id = stage_concept.concept_id
inner join stage_post on stage_mention.post_no = stage_post.post_no
union all
select
    0 as concept_no,
    day,
    author,
    label_no,
    engagement
from stage_post;
