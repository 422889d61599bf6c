-- How each source fared, in the weeks in which its cohort is shown.
insert into insights.source_health by name
with read_count as (
    select
        cast(date_trunc('week', run.started_at) as date) as period_day,
        batch.source_id,
        sum(batch.new_count + batch.updated_count + batch.unchanged_count) as stored,
        0 as refused
    from batch
    inner join run on batch.run_id = run.run_id
    group by all
    union all
    select
        cast(date_trunc('week', run.started_at) as date) as period_day,
        refusal.source_id,
        0 as stored,
        sum(refusal.post_count) as refused
    from refusal
    inner join run on refusal.run_id = run.run_id
    group by all
),

weekly_read as (
    select
        period_day,
        source_id,
        sum(stored) as stored,
        sum(refused) as refused
    from read_count
    group by period_day, source_id
)

select
    cohort_weekly.period_day,
    cohort_weekly.iso_week,
    cohort_weekly.source_id,
    cohort_weekly.posts,
    cohort_weekly.authors,
    if(
        weekly_read.refused between 1 and getvariable('k') - 1,
        null,
        round(weekly_read.refused / (weekly_read.stored + weekly_read.refused), 2)
    ) as refused_share
from insights.cohort_weekly
left join weekly_read
    on cohort_weekly.period_day = weekly_read.period_day and cohort_weekly.source_id = weekly_read.source_id
where cohort_weekly.cohort_level = 'source'
