-- warn: every concept is in the vocabulary
select distinct driver_daily.concept_id
from driver_daily
left join concept on driver_daily.concept_id = concept.concept_id
where concept.concept_id is null
