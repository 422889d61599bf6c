-- warn: every concept is in the vocabulary
select distinct driver_weekly.concept_id
from driver_weekly
left join concept on driver_weekly.concept_id = concept.concept_id
where concept.concept_id is null
