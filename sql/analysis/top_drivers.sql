-- What drove the conversation in the latest whole week?
select
    place,
    kind,
    label,
    posts,
    authors,
    voice_share,
    log_odds,
    log_odds_z,
    is_rising
from top_driver
order by place
limit 20
