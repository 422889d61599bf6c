-- The shown cells of driver_daily, rounded so that a hidden baseline cannot be worked back from a change.
insert into insights.driver_daily by name
with shown as (
    select
        mart.*,
        gate_change.cell_id is not null as has_change,
        coalesce(concept.label, mart.concept_id) as label
    from driver_daily as mart
    inner join gate_cell
        on
            gate_cell.grain = 'day'
            and mart.period_day = gate_cell.period_day
            and mart.kind = gate_cell.kind
            and mart.concept_id = gate_cell.concept_id
            and mart.cohort_level = gate_cell.cohort_level
            and mart.source_id = gate_cell.source_id
            and mart.role = gate_cell.role
            and mart.specialty = gate_cell.specialty
            and mart.country = gate_cell.country
            and mart.language = gate_cell.language
    left join gate_change on gate_cell.cell_id = gate_change.cell_id
    left join concept on mart.concept_id = concept.concept_id
    where gate_cell.is_published
)

select
    * exclude (has_change, baseline_posts) replace (
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
