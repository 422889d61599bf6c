-- Checks here use operators only: where one calls a function, DuckDB 1.5 cannot replay a `comment on column` from the log of
-- a process that was killed, and the file does not open again.
create table post (
    post_key varchar not null primary key,
    author_key varchar not null,
    source_id varchar not null,
    day date not null check (day >= date '2000-01-01'),
    hour tinyint not null check (hour between 0 and 23),
    is_day_clamped boolean not null,
    redacted_text varchar not null,
    language varchar not null,
    role varchar,
    specialty varchar,
    country varchar,
    label_evidence varchar,
    reply_count bigint not null check (reply_count >= 0),
    repost_count bigint not null check (repost_count >= 0),
    like_count bigint not null check (like_count >= 0),
    quote_count bigint not null check (quote_count >= 0),
    content_hints varchar[] not null,
    is_reply boolean not null,
    is_repost boolean not null,
    is_quote boolean not null,
    has_adverse_event boolean not null,
    has_patient_element boolean not null,
    has_reporter_element boolean not null,
    has_product_element boolean not null,
    has_event_element boolean not null,
    content_tag varchar not null,
    policy_version varchar not null check (policy_version <> ''),
    gate_version varchar not null check (gate_version <> ''),
    vocabulary_version varchar not null check (vocabulary_version <> ''),
    tagger_version varchar not null check (tagger_version <> ''),
    batch_id varchar not null
);

comment on table post is 'One row per post that passed gate 1. Holds no raw text, handle, name, address or native id.';
comment on column post.post_key is 'HMAC-SHA256 of source and native id, 64 hex digits.';
comment on column post.author_key is 'HMAC-SHA256 of source and author under the key of the quarter, 64 hex digits.';
comment on column post.source_id is 'Catalogue entry the post was read under.';
comment on column post.day is 'UTC day of the post.';
comment on column post.hour is 'UTC hour of the post, 0 to 23.';
comment on column post.is_day_clamped is 'The date at the source was out of range; the day of first collection stands in.';
comment on column post.redacted_text is 'Text after gate 1.';
comment on column post.language is 'BCP 47 language of the text.';
comment on column post.role is 'Role of the author, an id of the vocabulary; null is unknown.';
comment on column post.specialty is 'Specialty of the author, an id of the vocabulary; null is unknown.';
comment on column post.country is 'Country of the author, ISO 3166-1 alpha-2; null is unknown.';
comment on column post.label_evidence is 'Rule that found the role.';
comment on column post.reply_count is 'Replies at the last reading.';
comment on column post.repost_count is 'Reposts at the last reading.';
comment on column post.like_count is 'Likes at the last reading.';
comment on column post.quote_count is 'Quotes at the last reading.';
comment on column post.content_hints is 'What the post is made of: poll, image, video, audio, card, article, comment.';
comment on column post.is_reply is 'Answers another post.';
comment on column post.is_repost is 'Passes another post on unchanged.';
comment on column post.is_quote is 'Passes another post on with words of its own.';
comment on column post.has_adverse_event is 'The tagger found an adverse event told.';
comment on column post.has_patient_element is 'The raw text held an identifiable patient.';
comment on column post.has_reporter_element is 'The raw text held an identifiable reporter.';
comment on column post.has_product_element is 'The raw text held a suspected product.';
comment on column post.has_event_element is 'The raw text held a suspected reaction.';
comment on column post.content_tag is 'HMAC of what is stored, to know an unchanged repeat.';
comment on column post.policy_version is 'Privacy policy under which the post passed.';
comment on column post.gate_version is 'Code and models of gate 1.';
comment on column post.vocabulary_version is 'Vocabulary the post was tagged with.';
comment on column post.tagger_version is 'Code and models of the tagger.';
comment on column post.batch_id is 'Batch that wrote the row last.';

create table post_entity (
    post_key varchar not null,
    entity_type varchar not null,
    span_count integer not null check (span_count > 0),
    primary key (post_key, entity_type)
);

comment on table post_entity is 'How many spans of each type gate 1 hid in a post; never their values or places.';
comment on column post_entity.post_key is 'The post.';
comment on column post_entity.entity_type is 'Type of entity.';
comment on column post_entity.span_count is 'Spans hidden.';

create table post_link (
    post_key varchar not null,
    domain varchar not null,
    doi varchar,
    pmid varchar,
    nct varchar
);

comment on table post_link is 'One row per shared link, cut down to its registrable domain and the paper or trial it names.';
comment on column post_link.post_key is 'The post.';
comment on column post_link.domain is 'Registrable domain.';
comment on column post_link.doi is 'DOI of the paper the link names.';
comment on column post_link.pmid is 'PubMed id of the paper the link names.';
comment on column post_link.nct is 'ClinicalTrials.gov id of the trial the link names.';

create table mention (
    post_key varchar not null,
    day date not null,
    kind varchar not null check (
        kind in ('product', 'condition', 'topic', 'event', 'content_type', 'adverse_event', 'procedure')
    ),
    concept_id varchar not null,
    start_offset integer,
    end_offset integer,
    score double not null check (score between 0 and 1),
    is_negated boolean not null,
    evidence varchar not null,
    vocabulary_version varchar not null,
    tagger_version varchar not null,
    check ((start_offset is null) = (end_offset is null)),
    check (start_offset is null or (start_offset >= 0 and end_offset > start_offset))
);

comment on table mention is 'One row per place a post speaks of a concept, or per concept it is about without a place.';
comment on column mention.post_key is 'The post.';
comment on column mention.day is 'UTC day of the post, kept here so that a window of days reads no more than its own rows.';
comment on column mention.kind is 'What kind of thing is mentioned.';
comment on column mention.concept_id is 'Id of the vocabulary.';
comment on column mention.start_offset is 'Start in the redacted text, code points; null for what the text does not spell out.';
comment on column mention.end_offset is 'End in the redacted text, half-open; null as the start.';
comment on column mention.score is 'How sure the tagger is, 0 to 1.';
comment on column mention.is_negated is 'The post denies it; such a mention counts nowhere.';
comment on column mention.evidence is 'Rule that found it.';
comment on column mention.vocabulary_version is 'Vocabulary it was found with.';
comment on column mention.tagger_version is 'Code and models that found it.';
