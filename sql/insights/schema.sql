-- What analysts read. $k is the fewest distinct authors behind a row, a number set when the file is written.
create table publication (
    publication_id varchar not null primary key,
    published_at timestamp not null,
    k integer not null check (k >= 5),
    baseline_weeks integer not null,
    code_version varchar not null,
    policy_version varchar not null,
    gate_version varchar not null,
    vocabulary_version varchar not null,
    tagger_version varchar not null
);

comment on table publication is 'The one row says when and under which rules this file was made.';
comment on column publication.publication_id is 'Id of the publication, as in the audit chain.';
comment on column publication.published_at is 'UTC instant of the run that made it.';
comment on column publication.k is 'Fewest distinct authors behind a row.';
comment on column publication.baseline_weeks is 'Weeks of history a change is measured against.';
comment on column publication.code_version is 'Version of the program.';
comment on column publication.policy_version is 'Privacy policy.';
comment on column publication.gate_version is 'Code and models of gate 1.';
comment on column publication.vocabulary_version is 'Vocabulary.';
comment on column publication.tagger_version is 'Code and models of the tagger.';

create table publication_count (
    mart varchar not null primary key,
    cells_published bigint not null check (cells_published >= 0),
    cells_suppressed bigint not null check (cells_suppressed >= 0)
);

comment on table publication_count is 'One row per mart: how many cells are shown, and how many gate 2 held back.';
comment on column publication_count.mart is 'Name of the mart.';
comment on column publication_count.cells_published is 'Cells shown.';
comment on column publication_count.cells_suppressed is 'Cells held back.';

create table randomisation (
    policy_version varchar not null primary key,
    day_jitter integer not null,
    specialty_flip double not null,
    specialty_labels integer not null,
    country_flip double not null,
    country_labels integer not null
);

comment on table randomisation is 'One row per privacy policy: what was randomised at collection. A flip of 0 is none.';
comment on column randomisation.policy_version is 'Privacy policy.';
comment on column randomisation.day_jitter is 'Days that the day of a post may lie off, at most.';
comment on column randomisation.specialty_flip is 'Share of authors whose specialty is a fair draw among all labels, 0 to 1.';
comment on column randomisation.specialty_labels is 'How many specialties the draw is among.';
comment on column randomisation.country_flip is 'Share of authors whose country is a fair draw among all labels, 0 to 1.';
comment on column randomisation.country_labels is 'How many countries the draw is among.';

create table concept (
    concept_id varchar not null primary key,
    kind varchar not null,
    label varchar not null,
    parent_id varchar
);

comment on table concept is 'One row per concept of the vocabulary.';
comment on column concept.concept_id is 'Id of the vocabulary.';
comment on column concept.kind is 'Kind of thing.';
comment on column concept.label is 'Name for readers.';
comment on column concept.parent_id is 'Concept it rolls up to.';

create table driver_daily (
    period_day date not null,
    kind varchar not null,
    concept_id varchar not null,
    label varchar not null,
    cohort_level varchar not null,
    source_id varchar not null,
    role varchar not null,
    specialty varchar not null,
    country varchar not null,
    language varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors >= $k),
    engagement double not null check (engagement >= 0),
    cohort_posts bigint not null check (cohort_posts >= posts),
    cohort_authors bigint not null check (cohort_authors >= $k),
    voice_share double not null check (voice_share between 0 and 1),
    baseline_periods integer,
    log_odds double,
    log_odds_z double,
    is_rising boolean,
    driver_score double not null,
    primary key (
        period_day, kind, concept_id, cohort_level, source_id, role, specialty, country, language
    )
);

comment on table driver_daily is 'One row per day, concept and cohort with at least k authors behind it, where no hidden row follows from it.';
comment on column driver_daily.period_day is 'UTC day.';
comment on column driver_daily.kind is 'Kind of thing: product, condition, topic, event, content_type, adverse_event, procedure.';
comment on column driver_daily.concept_id is 'Id of the vocabulary; see concept.';
comment on column driver_daily.label is 'Name for readers.';
comment on column driver_daily.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column driver_daily.source_id is 'Source; all where rolled up.';
comment on column driver_daily.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column driver_daily.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column driver_daily.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column driver_daily.language is 'Language; all where rolled up.';
comment on column driver_daily.posts is 'Posts that speak of it; a post counts once, a denial does not count.';
comment on column driver_daily.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column driver_daily.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author, to one decimal.';
comment on column driver_daily.cohort_posts is 'All posts of the cohort in the day.';
comment on column driver_daily.cohort_authors is 'All authors of the cohort in the day.';
comment on column driver_daily.voice_share is 'Share of voice: posts divided by cohort_posts, to four decimals.';
comment on column driver_daily.baseline_periods is 'Periods of the baseline in which the cohort posted; null where the change is held back.';
comment on column driver_daily.log_odds is 'Change against the baseline, log-odds with an informative Dirichlet prior, to one decimal; null where held back.';
comment on column driver_daily.log_odds_z is 'The same in standard errors, to one decimal; null where held back.';
comment on column driver_daily.is_rising is 'z over 1.96 on at least five posts; null where the change is held back.';
comment on column driver_daily.driver_score is 'Rank: ln(1 + authors) × (1 + z / 2), z cut to 0..10 and 0 where held back.';

create table driver_weekly (
    period_day date not null,
    iso_week varchar not null,
    kind varchar not null,
    concept_id varchar not null,
    label varchar not null,
    cohort_level varchar not null,
    source_id varchar not null,
    role varchar not null,
    specialty varchar not null,
    country varchar not null,
    language varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors >= $k),
    engagement double not null check (engagement >= 0),
    cohort_posts bigint not null check (cohort_posts >= posts),
    cohort_authors bigint not null check (cohort_authors >= $k),
    voice_share double not null check (voice_share between 0 and 1),
    baseline_periods integer,
    log_odds double,
    log_odds_z double,
    is_rising boolean,
    driver_score double not null,
    primary key (
        period_day, kind, concept_id, cohort_level, source_id, role, specialty, country, language
    )
);

comment on table driver_weekly is 'One row per week, concept and cohort with at least k authors behind it, where no hidden row follows from it.';
comment on column driver_weekly.period_day is 'Monday of the ISO week, UTC.';
comment on column driver_weekly.iso_week is 'The same as 2026-W46.';
comment on column driver_weekly.kind is 'Kind of thing: product, condition, topic, event, content_type, adverse_event, procedure.';
comment on column driver_weekly.concept_id is 'Id of the vocabulary; see concept.';
comment on column driver_weekly.label is 'Name for readers.';
comment on column driver_weekly.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column driver_weekly.source_id is 'Source; all where rolled up.';
comment on column driver_weekly.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column driver_weekly.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column driver_weekly.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column driver_weekly.language is 'Language; all where rolled up.';
comment on column driver_weekly.posts is 'Posts that speak of it; a post counts once, a denial does not count.';
comment on column driver_weekly.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column driver_weekly.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author, to one decimal.';
comment on column driver_weekly.cohort_posts is 'All posts of the cohort in the week.';
comment on column driver_weekly.cohort_authors is 'All authors of the cohort in the week.';
comment on column driver_weekly.voice_share is 'Share of voice: posts divided by cohort_posts, to four decimals.';
comment on column driver_weekly.baseline_periods is 'Periods of the baseline in which the cohort posted; null where the change is held back.';
comment on column driver_weekly.log_odds is 'Change against the baseline, log-odds with an informative Dirichlet prior, to one decimal; null where held back.';
comment on column driver_weekly.log_odds_z is 'The same in standard errors, to one decimal; null where held back.';
comment on column driver_weekly.is_rising is 'z over 1.96 on at least five posts; null where the change is held back.';
comment on column driver_weekly.driver_score is 'Rank: ln(1 + authors) × (1 + z / 2), z cut to 0..10 and 0 where held back.';

create table cohort_daily (
    period_day date not null,
    cohort_level varchar not null,
    source_id varchar not null,
    role varchar not null,
    specialty varchar not null,
    country varchar not null,
    language varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors >= $k),
    engagement double not null check (engagement >= 0),
    primary key (period_day, cohort_level, source_id, role, specialty, country, language)
);

comment on table cohort_daily is 'One row per day and cohort with at least k authors, where no hidden row follows from it.';
comment on column cohort_daily.period_day is 'UTC day.';
comment on column cohort_daily.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column cohort_daily.source_id is 'Source; all where rolled up.';
comment on column cohort_daily.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column cohort_daily.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column cohort_daily.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column cohort_daily.language is 'Language; all where rolled up.';
comment on column cohort_daily.posts is 'Posts of the cohort.';
comment on column cohort_daily.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column cohort_daily.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author, to one decimal.';

create table cohort_weekly (
    period_day date not null,
    iso_week varchar not null,
    cohort_level varchar not null,
    source_id varchar not null,
    role varchar not null,
    specialty varchar not null,
    country varchar not null,
    language varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors >= $k),
    engagement double not null check (engagement >= 0),
    primary key (period_day, cohort_level, source_id, role, specialty, country, language)
);

comment on table cohort_weekly is 'One row per week and cohort with at least k authors, where no hidden row follows from it.';
comment on column cohort_weekly.period_day is 'Monday of the ISO week, UTC.';
comment on column cohort_weekly.iso_week is 'The same as 2026-W46.';
comment on column cohort_weekly.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column cohort_weekly.source_id is 'Source; all where rolled up.';
comment on column cohort_weekly.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column cohort_weekly.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column cohort_weekly.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column cohort_weekly.language is 'Language; all where rolled up.';
comment on column cohort_weekly.posts is 'Posts of the cohort.';
comment on column cohort_weekly.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column cohort_weekly.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author, to one decimal.';

create table source_health (
    period_day date not null,
    iso_week varchar not null,
    source_id varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors >= $k),
    refused_share double check (refused_share between 0 and 1),
    primary key (period_day, source_id)
);

comment on table source_health is 'One row per ISO week and source with at least k authors.';
comment on column source_health.period_day is 'Monday of the ISO week, UTC.';
comment on column source_health.iso_week is 'The same as 2026-W46.';
comment on column source_health.source_id is 'Source.';
comment on column source_health.posts is 'Posts of that week that are stored.';
comment on column source_health.authors is 'Distinct authors of these posts.';
comment on column source_health.refused_share is 'Share of the posts read in that week that were refused, to two decimals; null where none were read, or 1 to k - 1 refused.';

create view top_driver as
with latest as (
    select max(driver_weekly.period_day) as period_day
    from driver_weekly
    cross join publication
    where driver_weekly.period_day + 7 <= publication.published_at
)

select
    rank() over (order by driver_weekly.driver_score desc, driver_weekly.concept_id asc) as place,
    rank() over (
        partition by driver_weekly.kind
        order by driver_weekly.driver_score desc, driver_weekly.concept_id asc
    ) as place_in_kind,
    driver_weekly.iso_week,
    driver_weekly.kind,
    driver_weekly.concept_id,
    driver_weekly.label,
    driver_weekly.posts,
    driver_weekly.authors,
    driver_weekly.voice_share,
    driver_weekly.log_odds,
    driver_weekly.log_odds_z,
    driver_weekly.is_rising,
    driver_weekly.driver_score
from driver_weekly
inner join latest on driver_weekly.period_day = latest.period_day
where driver_weekly.cohort_level = 'all';

comment on view top_driver is 'Drivers of the latest whole ISO week among everybody, by driver_score: place, and place within the kind.';
comment on column top_driver.place is 'Rank by driver_score, 1 leads.';
comment on column top_driver.place_in_kind is 'Rank within the kind.';
comment on column top_driver.iso_week is 'The latest whole ISO week.';
comment on column top_driver.kind is 'Kind of thing.';
comment on column top_driver.concept_id is 'Id of the vocabulary; see concept.';
comment on column top_driver.label is 'Name for readers.';
comment on column top_driver.posts is 'Posts that speak of it.';
comment on column top_driver.authors is 'Distinct authors of these posts.';
comment on column top_driver.voice_share is 'Share of voice, 0 to 1.';
comment on column top_driver.log_odds is 'Change against the baseline, log-odds; null where held back.';
comment on column top_driver.log_odds_z is 'The same in standard errors.';
comment on column top_driver.is_rising is 'z over 1.96 on at least five posts; null where held back.';
comment on column top_driver.driver_score is 'Rank: ln(1 + authors) × (1 + z / 2), z cut to 0..10.';
