create table run (
    run_id varchar not null primary key,
    started_at timestamptz not null,
    ended_at timestamptz,
    versions json not null,
    summary json,
    check (ended_at is null or ended_at >= started_at)
);

comment on table run is 'One row per run of the main job.';
comment on column run.run_id is 'Id of the run.';
comment on column run.started_at is 'UTC instant of the start.';
comment on column run.ended_at is 'UTC instant of the end; null while it runs, or when it was killed.';
comment on column run.versions is 'Versions of code, policy, gate, vocabulary and tagger, by name.';
comment on column run.summary is 'Counts and durations the run ended with; no post text.';

-- No foreign keys in this schema: DuckDB checks them too eagerly when a transaction replaces a row that others name.
create table batch (
    batch_id varchar not null primary key,
    run_id varchar not null,
    source_id varchar not null,
    audit_first bigint,
    audit_last bigint,
    audit_head varchar not null,
    new_count integer not null check (new_count >= 0),
    updated_count integer not null check (updated_count >= 0),
    unchanged_count integer not null check (unchanged_count >= 0),
    check (audit_last is null or audit_last >= audit_first)
);

comment on table batch is 'One row per committed batch; written in the same transaction as its posts and its cursor.';
comment on column batch.batch_id is 'Id of the batch.';
comment on column batch.run_id is 'Run that wrote it.';
comment on column batch.source_id is 'Catalogue entry its posts were read under.';
comment on column batch.audit_first is 'First entry of the audit chain that tells of this batch; null where it holds none.';
comment on column batch.audit_last is 'Last entry of the audit chain that tells of this batch.';
comment on column batch.audit_head is 'Hash of the chain after that entry.';
comment on column batch.new_count is 'Posts not stored before.';
comment on column batch.updated_count is 'Posts stored before whose content or versions changed.';
comment on column batch.unchanged_count is 'Posts stored before that are the same.';

create table source_cursor (
    source_id varchar not null primary key,
    cursor json not null,
    batch_id varchar not null
);

comment on table source_cursor is 'How far each source was read; moves only together with the posts it covers.';
comment on column source_cursor.source_id is 'Catalogue entry.';
comment on column source_cursor.cursor is 'The latest paging token and validators; never an author.';
comment on column source_cursor.batch_id is 'Batch that moved it last.';

create table refusal (
    run_id varchar not null,
    source_id varchar not null,
    stage varchar not null,
    reason varchar not null,
    post_count integer not null check (post_count > 0),
    primary key (run_id, source_id, stage, reason)
);

comment on table refusal is 'Posts that were not stored, counted by a fixed reason word.';
comment on column refusal.run_id is 'Run that refused them.';
comment on column refusal.source_id is 'Catalogue entry.';
comment on column refusal.stage is 'Stage that refused: collect, gate or tag.';
comment on column refusal.reason is 'Fixed reason word; never post text.';
comment on column refusal.post_count is 'Posts refused.';
