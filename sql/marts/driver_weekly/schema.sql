create table driver_weekly (
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

comment on table driver_weekly is 'One row per week, concept and cohort: how much it is spoken of, and how that changed.';
comment on column driver_weekly.period_day is 'Monday of the ISO week, UTC.';
comment on column driver_weekly.kind is 'Kind of thing.';
comment on column driver_weekly.concept_id is 'Id of the vocabulary.';
comment on column driver_weekly.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column driver_weekly.source_id is 'Source; all where rolled up.';
comment on column driver_weekly.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column driver_weekly.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column driver_weekly.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column driver_weekly.language is 'Language; all where rolled up.';
comment on column driver_weekly.posts is 'Posts that speak of it.';
comment on column driver_weekly.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column driver_weekly.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author.';
comment on column driver_weekly.cohort_posts is 'All posts of the cohort in the week.';
comment on column driver_weekly.cohort_authors is 'All authors of the cohort in the week.';
comment on column driver_weekly.voice_share is 'Share of voice: posts divided by cohort_posts, 0 to 1.';
comment on column driver_weekly.baseline_posts is 'Posts that spoke of it in the weeks of the baseline.';
comment on column driver_weekly.baseline_periods is 'Periods of the baseline in which the cohort posted at all.';
comment on column driver_weekly.log_odds is 'Change against the baseline, log-odds with an informative Dirichlet prior; null without a baseline.';
comment on column driver_weekly.log_odds_z is 'The same in standard errors.';
comment on column driver_weekly.is_rising is 'z over 1.96 on at least five posts.';
