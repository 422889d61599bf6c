-- What was removed again, and who may not be stored. No handle and no native id stands here.
create table removal (
    run_id varchar not null,
    source_id varchar not null,
    reason varchar not null check (reason in ('deleted', 'account_closed', 'absent', 'objected')),
    post_count bigint not null check (post_count > 0),
    primary key (run_id, source_id, reason)
);

comment on table removal is 'How many stored posts a run removed, by source and reason.';
comment on column removal.run_id is 'The run.';
comment on column removal.source_id is 'Catalogue entry the posts were read under.';
comment on column removal.reason is 'deleted: the source said so; account_closed: likewise of the author; absent: a walk of the whole source no longer met it; objected: the author objected.';
comment on column removal.post_count is 'Posts removed.';

create table objection (
    author_tag varchar not null primary key,
    objected_on date not null
);

comment on table objection is 'Authors who may not be stored: what of them comes again is dropped at ingest.';
comment on column objection.author_tag is 'HMAC-SHA256 of source and author under a key of its own that does not rotate, 64 hex digits.';
comment on column objection.objected_on is 'UTC day of the objection.';

create table reconciliation (
    source_id varchar not null primary key,
    run_id varchar not null,
    reconciled_at timestamptz not null,
    walked_count bigint not null check (walked_count >= 0),
    removed_count bigint not null check (removed_count >= 0)
);

comment on table reconciliation is 'The last walk of each source that was held against the store.';
comment on column reconciliation.source_id is 'Catalogue entry.';
comment on column reconciliation.run_id is 'The run.';
comment on column reconciliation.reconciled_at is 'When it ran.';
comment on column reconciliation.walked_count is 'Posts the walk met.';
comment on column reconciliation.removed_count is 'Stored posts it no longer met, and removed.';
