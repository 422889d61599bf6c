create table cohort_weekly (
    period_day date not null,
    cohort_level varchar not null,
    source_id varchar not null,
    role varchar not null,
    specialty varchar not null,
    country varchar not null,
    language varchar not null,
    posts bigint not null check (posts >= authors),
    authors bigint not null check (authors > 0),
    engagement double not null check (engagement >= 0)
);

comment on table cohort_weekly is 'One row per week and cohort: how many posts, by how many authors.';
comment on column cohort_weekly.period_day is 'Monday of the ISO week, UTC.';
comment on column cohort_weekly.cohort_level is 'Which columns name the cohort: all, source, role, specialty, country, language, specialty_country.';
comment on column cohort_weekly.source_id is 'Source; all where rolled up.';
comment on column cohort_weekly.role is 'Role; all where rolled up, unknown where nobody knows.';
comment on column cohort_weekly.specialty is 'Specialty; all where rolled up, unknown where nobody knows.';
comment on column cohort_weekly.country is 'ISO 3166-1 alpha-2; all where rolled up, unknown where nobody knows.';
comment on column cohort_weekly.language is 'Language; all where rolled up.';
comment on column cohort_weekly.posts is 'Posts of the cohort.';
comment on column cohort_weekly.authors is 'Distinct authors of these posts; one person in two sources counts twice.';
comment on column cohort_weekly.engagement is 'Sum of ln(1 + interactions) over the posts, at most 20 per author.';
