create table changed_day (
    day date not null primary key
);

comment on table changed_day is 'Days whose posts changed since the marts were built; emptied by the build that reads them.';
comment on column changed_day.day is 'UTC day.';

create table mart_build (
    mart varchar not null primary key,
    fingerprint varchar not null,
    built_at timestamptz not null
);

comment on table mart_build is 'Under which versions each mart was built; another fingerprint rebuilds it whole.';
comment on column mart_build.mart is 'Name of the mart, which is its folder and its table.';
comment on column mart_build.fingerprint is 'SHA-256 over the SQL of the mart, the settings it reads, and the versions of the data.';
comment on column mart_build.built_at is 'UTC instant of the last build.';

create table concept (
    concept_id varchar not null primary key,
    kind varchar not null,
    label varchar not null,
    parent_id varchar
);

comment on table concept is 'The vocabulary as a dimension, loaded anew by each build of the marts.';
comment on column concept.concept_id is 'Id of the vocabulary.';
comment on column concept.kind is 'Kind of thing.';
comment on column concept.label is 'Name for readers.';
comment on column concept.parent_id is 'Concept it rolls up to.';

create table concept_rollup (
    concept_id varchar not null,
    rollup_id varchar not null,
    primary key (concept_id, rollup_id)
);

comment on table concept_rollup is 'Each concept with itself and every concept of its kind that it rolls up to.';
comment on column concept_rollup.concept_id is 'Concept a post mentions.';
comment on column concept_rollup.rollup_id is 'Concept the mention counts for.';
