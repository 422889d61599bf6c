"""Words beside a form that say in what sense it is meant."""

PRODUCT = frozenset(
    """mg mcg ug g ml units iu dose doses dosed dosing dosage titrate titrated titrating uptitrate tablet tablets pill pills
    capsule capsules injection injections inject injected infusion infusions iv oral po sc subq subcutaneous im patch cream
    ointment drops inhaler nasal spray syrup supplement supplements supplementation therapy therapies treatment treatments
    treated treat treating prescribe prescribed prescribing prescription rx script refill started start starting stopped
    stop stopping switched switch switching tapered taper tapering bd bid tds tid qid qd od prn daily weekly monthly
    loading bolus drug drugs medication medications meds medicine medicines vs versus plus placebo trial approval approved
    fda ema efficacy patients pts patient adherence overdose toxicity levels deficiency replacement biosimilar generic
    brand copay formulary insurer coverage""".split()
)
"""Dose, unit, route, prescribing."""

CONDITION = frozenset(
    """patient patients pt pts diagnosis diagnosed diagnose diagnosing diagnostic treat treated treating treatment
    therapy therapies risk symptoms symptom disease disorder syndrome history hx chronic acute severe moderate mild
    refractory relapsed relapsing recurrent progression screening guideline guidelines trial clinic prevalence incidence
    management manage managing cohort mortality outcomes onset complications comorbidities flare flares remission
    newly advanced stage untreated undiagnosed care comorbid h/o c/o s/p presenting presents""".split()
)
"""Diagnosis, course, care."""

EVENT = frozenset(
    """congress conference meeting annual session sessions abstract abstracts poster presented presenting presentation
    plenary symposium attend attending attended keynote booth late-breaking latebreaker oral highlights live data
    slides speaker speakers seeing registration register onsite exhibit hall""".split()
)
"""Going to a congress, and what happens there."""

PROCEDURE = frozenset(
    """patient patients pt pts underwent undergoing procedure surgery post after before elective emergency scan scans
    imaging results findings normal abnormal lesion stent done performed outcomes trial complications""".split()
)
"""Operations, scans, and their results."""

UNITS = frozenset("mg mcg ug g kg ml l h hr hrs hour hours min mins % mmol units iu cm mm f c pm am s k m".split())
"""What makes a number after an acronym a measure and not a year."""

NOT_A_PRODUCT = frozenset(
    """grade grades graded class classes classification score scores status physical meeting meetings congress conference
    annual member members membership president fellow guidelines guideline society""".split()
)
"""Beside an acronym, within two words, these say that it is a scale or a society."""
NEEDS = {
    "PSA": frozenset(
        """arthritis arthritic joint joints psoriasis psoriatic rheum rheumatology rheumatologist dmard dmards enthesitis
        dactylitis axial spondylitis spondyloarthritis uveitis ra spa axspa""".split()
    )
}
"""Forms that mean something else far more often, and the words of which one must stand near."""

BY_KIND = {
    "product": PRODUCT,
    "condition": CONDITION | frozenset({"mg"}),
    "event": EVENT,
    "procedure": PROCEDURE,
    "adverse_event": CONDITION | PRODUCT,
    "topic": CONDITION | PRODUCT | EVENT,
    "content_type": frozenset({"read", "new", "out", "link", "see"}),
}
"""The cues that let a form of a kind count."""
