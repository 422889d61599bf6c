-- What was randomised at collection, by policy, so that shares can be corrected for it.
insert into insights.randomisation by name
select
    randomisation.policy_version,
    randomisation.day_jitter,
    randomisation.specialty_flip,
    randomisation.specialty_labels,
    randomisation.country_flip,
    randomisation.country_labels
from randomisation
