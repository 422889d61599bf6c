-- The weeks to do: those whose posts, or whose rules, are not what they were are undecided; where only the weeks of the
-- baseline moved, the cells stand and their changes are due.
create or replace temp table gate_all_due as
with now_week as (
    select
        mart_week.week_day,
        mart_week.digest,
        coalesce(
            md5(string_agg(past.week_day || ' ' || past.digest, ',' order by past.week_day)), 'none'
        ) as history
    from mart_week
    left join mart_week as past
        on
            mart_week.week_day > past.week_day
            and mart_week.week_day - cast(7 * getvariable('baseline_weeks') as integer) <= past.week_day
    group by mart_week.week_day, mart_week.digest
)

select
    now_week.*,
    gate_week.week_day is null
    or gate_week.fingerprint <> getvariable('fingerprint')
    or gate_week.digest <> now_week.digest as is_undecided
from now_week
left join gate_week on now_week.week_day = gate_week.week_day
where is_undecided or gate_week.history <> now_week.history;

delete from gate_week
where week_day not in (select mart_week.week_day from mart_week);

delete from gate_held
where week_day not in (select gate_week.week_day from gate_week);

delete from gate_shown
where week_day not in (select gate_week.week_day from gate_week);
