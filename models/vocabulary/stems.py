"""The class of a generic by the stem of its name, as the WHO's INN programme gives them out."""

STEMS = (
    ("gliflozin", "sglt2-inhibitor"), ("glutide", "glp1-receptor-agonist"), ("gliptin", "dpp4-inhibitor"),
    ("vastatin", "statin"), ("xaban", "doac"), ("sartan", "arb"), ("pril", "ace-inhibitor"), ("prilat", "ace-inhibitor"),
    ("dipine", "calcium-channel-blocker"), ("olol", "beta-blocker"), ("parin", "anticoagulant"), ("grel", "antiplatelet"),
    ("renone", "mra"), ("ciclib", "cdk46-inhibitor"), ("parib", "parp-inhibitor"), ("tinib", "targeted-oncology"),
    ("rasib", "targeted-oncology"), ("rafenib", "targeted-oncology"), ("metinib", "targeted-oncology"),
    ("zomib", "targeted-oncology"), ("lisib", "targeted-oncology"), ("citinib", "jak-inhibitor"),
    ("brutinib", "targeted-oncology"), ("taxel", "chemotherapy"), ("rubicin", "chemotherapy"), ("platin", "chemotherapy"),
    ("leucel", "car-t"), ("vedotin", "adc"), ("deruxtecan", "adc"), ("tecan", "chemotherapy"), ("setron", "supportive-oncology"),
    ("triptan", "migraine-medicine"), ("gepant", "migraine-medicine"), ("prazole", "ppi"), ("tidine", "ppi"),
    ("conazole", "antifungal"), ("fungin", "antifungal"), ("cillin", "antibiotic"), ("floxacin", "antibiotic"),
    ("cycline", "antibiotic"), ("thromycin", "antibiotic"), ("penem", "antibiotic"), ("bactam", "antibiotic"),
    ("navir", "antiretroviral"), ("tegravir", "antiretroviral"), ("vudine", "antiretroviral"), ("buvir", "antiviral"),
    ("asvir", "antiviral"), ("previr", "antiviral"), ("ciclovir", "antiviral"), ("amivir", "antiviral"),
    ("azepam", "anxiolytic-hypnotic"), ("azolam", "anxiolytic-hypnotic"), ("zolam", "anxiolytic-hypnotic"),
    ("orexant", "anxiolytic-hypnotic"), ("piprazole", "antipsychotic"), ("peridone", "antipsychotic"),
    ("oxetine", "ssri"), ("tropium", "inhaler"), ("terol", "inhaler"), ("lukast", "inhaler"),
    ("dronate", "osteoporosis-medicine"), ("dronic acid", "osteoporosis-medicine"), ("profen", "nsaid"), ("coxib", "nsaid"),
    ("caine", "anaesthetic"), ("curonium", "anaesthetic"), ("flurane", "anaesthetic"), ("afil", "pde5-inhibitor"),
    ("olone", "corticosteroid"), ("onide", "corticosteroid"), ("sone", "corticosteroid"), ("glitazone", "thiazolidinedione"),
    ("quine", "antiparasitic"), ("bendazole", "antiparasitic"), ("vaptan", "diuretic"), ("thiazide", "diuretic"),
    ("dustat", "kidney-medicine"), ("entan", "pah-medicine"), ("ciguat", "heart-failure-other"), ("platase", "thrombolytic"),
    ("plase", "thrombolytic"), ("fentanil", "opioid"), ("cept", "immunosuppressant"), ("kinra", "interleukin-inhibitor"),
    ("kizumab", "interleukin-inhibitor"), ("kinumab", "interleukin-inhibitor"), ("vaccine", "vaccine"),
)  # fmt: skip
"""Stem to class slug; a longer stem wins over a shorter one."""
SHORTEST = 7
"""Shortest name a stem is read in, in letters."""


def class_of(name: str) -> str:
    """Give the class concept's id, or nothing where no stem fits."""
    folded = name.lower()
    fitting = [(len(stem), slug) for stem, slug in STEMS if len(folded) >= SHORTEST and folded.endswith(stem)]
    return f"product:{max(fitting)[1]}" if fitting else ""
