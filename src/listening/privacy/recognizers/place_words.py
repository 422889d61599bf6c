"""Words that tell the name of a place of care from a kind of place."""

import re

CAP = r"(?-i:(?!(?:Dr|Drs|Mr|Mrs|Ms|Prof|Miss|MRN|DOB|SSN|ID|Name)\b)(?:(?:St|Mt|Ft)\.|(?:[A-Z]')?[A-ZÀ-Þ][\w'\u00c0-\u024f]*))"


GENERIC = frozenset(
    """the a an our my your this that their his her local community district general teaching university tertiary private public rural urban memory
    pain outpatient inpatient day walk-in urgent primary mental care home fever stroke tb hiv sleep diabetes eye dental vaccine covid long rapid
    access virtual field hospital children's clinic clinics new old free student health every any each no another specialist telehealth va nhs
    heart failure methadone fertility ivf allergy asthma wound lipid warfarin inr anticoagulation antenatal menopause headache ms als cf
    follow-up pop-up saturday evening abortion research academic veterans emergency acute major level psychiatric state county in-office
    what is and or for if when was are were best current guidelines""".split()
)


KIND_WORDS = frozenset(
    """hospital hospitals hosp clinic clinics infirmary medical med center centre ctr group college health healthcare system services service network board
    trust campus sciences nursing hospice surgery cancer institute neurology cardiac surgical trauma rehab rehabilitation women's wellness imaging
    specialty oncology office facility practice branch site location foundation sanatorium polyclinic family ward unit of in at for and &""".split()
)


GUIDANCE = re.compile(
    r"\b(?:guidelines?|guidance|recommendations?|criteria|protocols?|data|study|trial|paper|research|according to)(?: (?:from|by|of|at|the)){1,2} $",
    re.IGNORECASE,
)
