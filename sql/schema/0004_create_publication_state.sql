create table mart_week (
    week_day date not null primary key,
    digest varchar not null
);

comment on table mart_week is 'What the posts of each ISO week came to when the marts were built: a week whose digest stays is not done again.';
comment on column mart_week.week_day is 'Monday of the ISO week, UTC.';
comment on column mart_week.digest is 'Order-independent digest of its posts and mentions.';

create table gate_week (
    week_day date not null primary key,
    fingerprint varchar not null,
    digest varchar not null,
    history varchar not null
);

comment on table gate_week is 'Weeks whose cells gate 2 has decided on, and what it decided from: where all is the same, the decision stands.';
comment on column gate_week.week_day is 'Monday of the ISO week, UTC.';
comment on column gate_week.fingerprint is 'SHA-256 over k, the versions, the rules of gate 2 and the marts that it read.';
comment on column gate_week.digest is 'Digest of the week in mart_week.';
comment on column gate_week.history is 'Digest over the weeks of its baseline; where it changes, the changes are decided anew, the cells are not.';

create table gate_held (
    week_day date not null,
    mart varchar not null,
    cells bigint not null check (cells >= 0),
    primary key (week_day, mart)
);

comment on table gate_held is 'How many cells each decided week has in each mart, shown or not.';
comment on column gate_held.week_day is 'Monday of the ISO week, UTC.';
comment on column gate_held.mart is 'Name of the mart.';
comment on column gate_held.cells is 'Cells of the mart in this week.';

create table gate_shown (
    week_day date not null,
    grain varchar not null check (grain in ('day', 'week')),
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
    authors bigint not null check (authors >= 5),
    engagement double not null,
    cohort_posts bigint,
    cohort_authors bigint,
    voice_share double,
    baseline_periods integer,
    log_odds double,
    log_odds_z double,
    is_rising boolean,
    has_change boolean not null
);

comment on table gate_shown is 'One row per cell that gate 2 lets out, as the marts have it; the published file is written from these.';
comment on column gate_shown.week_day is 'Monday of the ISO week the cell lies in, UTC.';
comment on column gate_shown.grain is 'day or week.';
comment on column gate_shown.period_day is 'UTC day, or Monday of the week.';
comment on column gate_shown.kind is 'Kind of thing; all_posts for the cohort itself.';
comment on column gate_shown.concept_id is 'Id of the vocabulary; * for the cohort itself.';
comment on column gate_shown.cohort_level is 'Which columns name the cohort.';
comment on column gate_shown.source_id is 'Source; all where rolled up.';
comment on column gate_shown.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column gate_shown.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column gate_shown.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column gate_shown.language is 'Language; all where rolled up.';
comment on column gate_shown.posts is 'Posts.';
comment on column gate_shown.authors is 'Distinct authors of these posts.';
comment on column gate_shown.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author.';
comment on column gate_shown.cohort_posts is 'All posts of the cohort; null for the cohort itself, as all that follows.';
comment on column gate_shown.cohort_authors is 'All authors of the cohort.';
comment on column gate_shown.voice_share is 'Share of voice, 0 to 1.';
comment on column gate_shown.baseline_periods is 'Periods of the baseline in which the cohort posted.';
comment on column gate_shown.log_odds is 'Change against the baseline.';
comment on column gate_shown.log_odds_z is 'The same in standard errors.';
comment on column gate_shown.is_rising is 'z over 1.96 on at least five posts.';
comment on column gate_shown.has_change is 'The change may be shown.';
