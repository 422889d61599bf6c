create table driver_daily (
    period_day date not null,
    kind varchar not null,
    concept_id varchar not null,
    cohort_level varchar not null,
    source_id varchar not null,
    role varchar not null,
    specialty varchar not null,
    country varchar not null,
    language varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors > 0),
    engagement double not null check (engagement >= 0),
    cohort_posts bigint not null check (cohort_posts >= posts),
    cohort_authors bigint not null check (cohort_authors >= authors),
    voice_share double not null check (voice_share between 0 and 1),
    baseline_posts bigint not null,
    baseline_periods integer not null,
    log_odds double,
    log_odds_z double,
    is_rising boolean not null
);

comment on table driver_daily is 'One row per day, concept and cohort: how much it is spoken of, and how that changed.';
comment on column driver_daily.period_day is 'UTC day.';
comment on column driver_daily.kind is 'Kind of thing.';
comment on column driver_daily.concept_id is 'Id of the vocabulary.';
comment on column driver_daily.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column driver_daily.source_id is 'Source; all where rolled up.';
comment on column driver_daily.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column driver_daily.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column driver_daily.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column driver_daily.language is 'Language; all where rolled up.';
comment on column driver_daily.posts is 'Posts that speak of it.';
comment on column driver_daily.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column driver_daily.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author.';
comment on column driver_daily.cohort_posts is 'All posts of the cohort in the day.';
comment on column driver_daily.cohort_authors is 'All authors of the cohort in the day.';
comment on column driver_daily.voice_share is 'Share of voice: posts divided by cohort_posts, 0 to 1.';
comment on column driver_daily.baseline_posts is 'Posts that spoke of it in the weeks of the baseline.';
comment on column driver_daily.baseline_periods is 'Periods of the baseline in which the cohort posted at all.';
comment on column driver_daily.log_odds is 'Change against the baseline, log-odds with an informative Dirichlet prior; null without a baseline.';
comment on column driver_daily.log_odds_z is 'The same in standard errors.';
comment on column driver_daily.is_rising is 'z over 1.96 on at least five posts.';
