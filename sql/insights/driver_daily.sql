-- The shown cells of driver_daily, rounded so that a hidden baseline cannot be worked back from a change.
insert into insights.driver_daily by name
with shown as (
    select
        gate_shown.*,
        coalesce(concept.label, gate_shown.concept_id) as label
    from gate_shown
    left join concept on gate_shown.concept_id = concept.concept_id
    where gate_shown.grain = 'day' and gate_shown.kind <> 'all_posts'
)

select
    * exclude (week_day, grain, has_change) replace (
        round(engagement, 1) as engagement,
        round(voice_share, 4) as voice_share,
        if(has_change, baseline_periods, null) as baseline_periods,
        if(has_change, round(log_odds, 1), null) as log_odds,
        if(has_change, round(log_odds_z, 1), null) as log_odds_z,
        if(has_change, is_rising, null) as is_rising
    ),
    round(
        ln(1 + authors) * (1 + least(greatest(if(has_change, round(log_odds_z, 1), 0), 0), 10) / 2), 2
    ) as driver_score
from shown
