-- What the marts and gate 2 share: who stands behind a cell, and how a change is weighed. Read after stage.sql.

-- Log-odds of a share against its own history (Monroe, Colaresi, Quinn 2008, eq. 15 and 16): `posts` of `cohort_posts`
-- now, `baseline_posts` of `baseline_cohort_posts` before. The prior is the history's own share, smoothed by one half so
-- that a new concept has one, with a total weight of 500 posts. listening.drivers.statistics holds the same in Python.
create or replace temp macro log_odds_prior(baseline_posts, baseline_cohort_posts) as
500.0 * (baseline_posts + 0.5) / (baseline_cohort_posts + 1.0);

create or replace temp macro log_odds(posts, cohort_posts, baseline_posts, baseline_cohort_posts) as
ln(posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
- ln(cohort_posts - posts + 500.0 - log_odds_prior(baseline_posts, baseline_cohort_posts))
- ln(baseline_posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
+ ln(baseline_cohort_posts - baseline_posts + 500.0 - log_odds_prior(baseline_posts, baseline_cohort_posts));

create or replace temp macro log_odds_z(posts, cohort_posts, baseline_posts, baseline_cohort_posts) as
log_odds(posts, cohort_posts, baseline_posts, baseline_cohort_posts)
/ sqrt(
    1.0 / (posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
    + 1.0 / (baseline_posts + log_odds_prior(baseline_posts, baseline_cohort_posts))
);

-- One row per cell and author. A cell is a period, a concept and a cohort. An author adds at most 20 to the engagement of a
-- cell, about three posts with 1,000 interactions each, so that one voice cannot make a driver.
create or replace temp macro cell_author(grain) as table
    with spoken as (
        select
            *,
            cast(date_trunc(grain, day) as date) as period_day
        from stage_spoken
    )

    select
        spoken.period_day,
        spoken.concept_no,
        stage_label_cohort.cohort_no,
        spoken.author,
        count(*) as posts,
        least(sum(spoken.engagement), 20.0) as engagement
    from spoken
    inner join stage_label_cohort on spoken.label_no = stage_label_cohort.label_no
    group by spoken.period_day, spoken.concept_no, stage_label_cohort.cohort_no, spoken.author;

-- One row per cell.
create or replace temp macro cell(grain) as table
    select
        period_day,
        concept_no,
        cohort_no,
        cast(sum(posts) as bigint) as posts,
        count(*) as authors,
        round(sum(engagement), 6) as engagement
    from cell_author(grain)
    group by period_day, concept_no, cohort_no;

-- One row per period and cohort.
create or replace temp macro cohort_size(grain, first_day) as table
    with cohort as (
        select * from cell(grain)
        where concept_no = 0 and period_day >= first_day
    )

    select
        cohort.period_day,
        stage_cohort.cohort_level,
        stage_cohort.source_id,
        stage_cohort.role,
        stage_cohort.specialty,
        stage_cohort.country,
        stage_cohort.language,
        cohort.posts,
        cohort.authors,
        cohort.engagement
    from cohort
    inner join stage_cohort on cohort.cohort_no = stage_cohort.cohort_no;

-- One row per period, concept and cohort, with the cohort's size and the change against the baseline: the same cohort in
-- the `baseline_days` before the period. Without any post there, nothing can be said of a change.
create or replace temp macro driver(grain, first_day, baseline_days) as table
    with sized as (
        select
            *,
            sum(posts) over history as baseline_posts,
            count(*) over history as baseline_periods
        from cell(grain)
        window history as (
            partition by concept_no, cohort_no
            order by period_day - date '2000-01-01'
            range between baseline_days preceding and 1 preceding
        )
    ),

    spoken as (
        select * replace (cast(coalesce(baseline_posts, 0) as bigint) as baseline_posts)
        from sized
        where concept_no <> 0 and period_day >= first_day
    ),

    cohort as (
        select * from sized
        where concept_no = 0
    ),

    weighed as (
        select
            spoken.period_day,
            spoken.concept_no,
            spoken.cohort_no,
            spoken.posts,
            spoken.authors,
            spoken.engagement,
            spoken.baseline_posts,
            cohort.posts as cohort_posts,
            cohort.authors as cohort_authors,
            spoken.posts / cohort.posts as voice_share,
            cast(cohort.baseline_periods as integer) as baseline_periods,
            if(
                cohort.baseline_posts > 0,
                log_odds(spoken.posts, cohort.posts, spoken.baseline_posts, cohort.baseline_posts),
                null
            ) as log_odds,
            if(
                cohort.baseline_posts > 0,
                log_odds_z(spoken.posts, cohort.posts, spoken.baseline_posts, cohort.baseline_posts),
                null
            ) as log_odds_z
        from spoken
        inner join cohort on spoken.period_day = cohort.period_day and spoken.cohort_no = cohort.cohort_no
    )

    select
        stage_concept.kind,
        stage_concept.concept_id,
        stage_cohort.cohort_level,
        stage_cohort.source_id,
        stage_cohort.role,
        stage_cohort.specialty,
        stage_cohort.country,
        stage_cohort.language,
        weighed.period_day,
        weighed.posts,
        weighed.authors,
        weighed.engagement,
        weighed.cohort_posts,
        weighed.cohort_authors,
        weighed.voice_share,
        weighed.baseline_posts,
        weighed.baseline_periods,
        weighed.log_odds,
        weighed.log_odds_z
    from weighed
    inner join stage_concept on weighed.concept_no = stage_concept.concept_no
    inner join stage_cohort on weighed.cohort_no = stage_cohort.cohort_no;
