-- What the marts and gate 2 share: who stands behind a cell, and how a change is weighed.

-- Log-odds of a share against its own history (Monroe, Colaresi, Quinn 2008, eq. 15 and 16): `posts` of `cohort_posts`
-- now, `baseline_posts` of `baseline_cohort_posts` before. The prior is the history's own share, smoothed by one half so
-- that a new concept has one, with a total weight of 500 posts. listening.drivers.statistics holds the same in Python.
create or replace macro log_odds_prior(baseline_posts, baseline_cohort_posts) as
500.0 * (baseline_posts + 0.5) / (baseline_cohort_posts + 1.0);

create or replace macro log_odds(posts, cohort_posts, baseline_posts, baseline_cohort_posts) as
ln(posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
- ln(cohort_posts - posts + 500.0 - log_odds_prior(baseline_posts, baseline_cohort_posts))
- ln(baseline_posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
+ ln(baseline_cohort_posts - baseline_posts + 500.0 - log_odds_prior(baseline_posts, baseline_cohort_posts));

create or replace macro log_odds_z(posts, cohort_posts, baseline_posts, baseline_cohort_posts) as
log_odds(posts, cohort_posts, baseline_posts, baseline_cohort_posts)
/ sqrt(
    1.0 / (posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
    + 1.0 / (baseline_posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
);

-- One row per cell and author. A cell is a period, a concept and a cohort; the concept '*' of kind 'all_posts' stands for
-- every post of the cohort. A post counts once per concept, also where the concept is reached by roll-up; what a post
-- denies does not count. An author adds at most 20 to the engagement of a cell, about three posts with 1,000
-- interactions each, so that one voice cannot make a driver.
create or replace macro cell_author(grain, first_day, end_day) as table
    with spoken_post as (
        select
            post_key,
            author_key,
            cast(date_trunc(grain, day) as date) as period_day,
            source_id,
            coalesce(role, 'unknown') as role,
            coalesce(specialty, 'unknown') as specialty,
            coalesce(country, 'unknown') as country,
            language,
            ln(1 + reply_count + repost_count + like_count + quote_count) as engagement
        from post
        where day >= first_day and day < end_day
    ),

    affirmed as (
        select
            post_key,
            kind,
            concept_id
        from mention
        where day >= first_day and day < end_day and not is_negated
    ),

    spoken_concept as (
        select distinct
            affirmed.post_key,
            affirmed.kind,
            coalesce(concept_rollup.rollup_id, affirmed.concept_id) as concept_id
        from affirmed
        left join concept_rollup on affirmed.concept_id = concept_rollup.concept_id
        union all
        select
            post_key,
            'all_posts' as kind,
            '*' as concept_id
        from spoken_post
    )

    select
        spoken_post.period_day,
        spoken_concept.kind,
        spoken_concept.concept_id,
        case
            when grouping(spoken_post.source_id) = 0 then 'source'
            when grouping(spoken_post.role) = 0 then 'role'
            when grouping(spoken_post.language) = 0 then 'language'
            when grouping(spoken_post.specialty, spoken_post.country) = 0 then 'specialty_country'
            when grouping(spoken_post.specialty) = 0 then 'specialty'
            when grouping(spoken_post.country) = 0 then 'country'
            else 'all'
        end as cohort_level,
        coalesce(spoken_post.source_id, 'all') as source_id,
        coalesce(spoken_post.role, 'all') as role,
        coalesce(spoken_post.specialty, 'all') as specialty,
        coalesce(spoken_post.country, 'all') as country,
        coalesce(spoken_post.language, 'all') as language,
        spoken_post.author_key,
        count(*) as posts,
        least(sum(spoken_post.engagement), 20.0) as engagement
    from spoken_post
    inner join spoken_concept on spoken_post.post_key = spoken_concept.post_key
    group by
        grouping sets (
            (spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key),
            (
                spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key,
                spoken_post.source_id
            ),
            (
                spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key,
                spoken_post.role
            ),
            (
                spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key,
                spoken_post.specialty
            ),
            (
                spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key,
                spoken_post.country
            ),
            (
                spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key,
                spoken_post.language
            ),
            (
                spoken_post.period_day, spoken_concept.kind, spoken_concept.concept_id, spoken_post.author_key,
                spoken_post.specialty, spoken_post.country
            )
        );

-- One row per cell.
create or replace macro cell(grain, first_day, end_day) as table
    select
        period_day,
        kind,
        concept_id,
        cohort_level,
        source_id,
        role,
        specialty,
        country,
        language,
        cast(sum(posts) as bigint) as posts,
        count(*) as authors,
        round(sum(engagement), 6) as engagement
    from cell_author(grain, first_day, end_day)
    group by period_day, kind, concept_id, cohort_level, source_id, role, specialty, country, language;

-- One row per period, concept and cohort, with the cohort's size and the change against the baseline: the same cohort in
-- the `baseline_days` before the period. Without any post there, nothing can be said of a change.
create or replace macro driver(grain, first_day, end_day, baseline_days) as table
    with sized as (
        select
            *,
            sum(posts) over history as baseline_posts,
            count(*) over history as baseline_periods
        from cell(grain, first_day - cast(baseline_days as integer), end_day)
        window history as (
            partition by kind, concept_id, cohort_level, source_id, role, specialty, country, language
            order by period_day - date '2000-01-01'
            range between baseline_days preceding and 1 preceding
        )
    ),

    spoken as (
        select * from sized
        where kind <> 'all_posts' and period_day >= first_day
    ),

    cohort as (
        select * from sized
        where kind = 'all_posts'
    )

    select
        spoken.period_day,
        spoken.kind,
        spoken.concept_id,
        spoken.cohort_level,
        spoken.source_id,
        spoken.role,
        spoken.specialty,
        spoken.country,
        spoken.language,
        spoken.posts,
        spoken.authors,
        spoken.engagement,
        cohort.posts as cohort_posts,
        cohort.authors as cohort_authors,
        spoken.posts / cohort.posts as voice_share,
        cast(coalesce(spoken.baseline_posts, 0) as bigint) as baseline_posts,
        cast(cohort.baseline_periods as integer) as baseline_periods,
        if(
            cohort.baseline_posts > 0,
            log_odds(spoken.posts, cohort.posts, coalesce(spoken.baseline_posts, 0), cohort.baseline_posts),
            null
        ) as log_odds,
        if(
            cohort.baseline_posts > 0,
            log_odds_z(spoken.posts, cohort.posts, coalesce(spoken.baseline_posts, 0), cohort.baseline_posts),
            null
        ) as log_odds_z
    from spoken
    inner join cohort
        on
            spoken.period_day = cohort.period_day
            and spoken.cohort_level = cohort.cohort_level
            and spoken.source_id = cohort.source_id
            and spoken.role = cohort.role
            and spoken.specialty = cohort.specialty
            and spoken.country = cohort.country
            and spoken.language = cohort.language;
