"""How a written form is judged at build time: its key, its tier, whether it must keep its capitals."""

import re
import unicodedata
from functools import cache

from wordfreq import zipf_frequency

ALWAYS = frozenset(
    """cancer pain stroke depression infection diabetes asthma obesity anxiety flu fever insulin cocaine morphine
    nicotine cannabis methadone heroin aspirin ibuprofen caffeine penicillin testosterone estrogen progesterone cortisol
    botox viagra valium prozac xanax adderall covid hiv autism dementia pneumonia malaria measles leukemia lymphoma
    tumor tumour tumors tumours cancers bleeding fatigue headache headaches nausea seizure seizures arthritis allergy
    allergies influenza hypertension schizophrenia epilepsy melanoma sepsis hepatitis tuberculosis injury injuries
    fracture fractures addiction overdose inflammation psychosis dopamine ketamine fentanyl oxycodone vaccine vaccines
    vaccination antibiotics antibiotic chemotherapy chemo immunotherapy steroids opioid opioids mri biopsy dialysis
    ultrasound ivermectin hydroxychloroquine heparin metformin lidocaine codeine coronavirus psoriasis eczema lupus
    gout cholera ebola polio cystic cirrhosis anemia glaucoma alzheimer's parkinson's anemia insomnia vomiting diarrhea
    hypoglycemia hypotension constipation dizziness rash hallucinations lithium""".split()
)
"""Single words frequent in general English that nevertheless mean what they name."""

NEVER = frozenset(
    """caspase mrna troponin vegf thrombin fibrinogen albumin hemoglobin haemoglobin amp air met water same date his as no
    today dial thrive muse amen heather live serine glycine light love shock syndrome disease diseases disorder disorders
    illness symptom symptoms death sign signs lead cold colds ice base carbon nitrogen hydrogen sugar butter honey salt
    food milk egg eggs rice corn tea coffee wine beer chocolate tomato apple orange banana garlic onion soy wheat oat
    peanut almond strawberry peach chicken beef pork turkey fish shrimp dust mold grass cat dog horse cattle
    recurrence relapse wounds bites coma complications birth pregnancy dead die burn burns obstruction hell rupture
    genetic chronic acute hunger thirst stress hope sex kiss tension snoring weight aging ageing starvation
    polymer starch cement silver platinum mercury indian american house white black red yellow blue green common
    vanilla squash celery cotton carrot spinach pepper mustard sesame mushroom melon lemon grape banana kiwi mango
    cucumber pumpkin walnut cashew oyster crab lobster salmon tuna wool silk yeast trypsin lysozyme said heat exposure emergencies critical hyper rapid normal unknown stable""".split()
)
"""Words that stand in a source as a drug or a disease and mean something else in a post."""

WITH_CUE = frozenset(
    "iron gold zinc magnesium potassium sodium calcium oxygen alcohol ethanol glucose silver iodine selenium"
    " copper sulfur cholesterol glycerin vinegar urea menthol camphor talc charcoal ozone helium".split()
)
"""Foods and elements: a medicine only beside a cue."""

SHORTEST = 2
"""Shortest form, in characters."""
COMMON_BRAND = 2.5
"""Zipf frequency from which on a brand may be a word or a given name, and needs its capitals and a cue."""
COMMON = 5.0
"""Zipf frequency from which on a word stands in every other post."""


def key(text: str) -> str:
    """Fold what the matcher does not tell apart: case, hyphens, white space."""
    return re.sub(r"[\s\-\u2010-\u2015]+", " ", unicodedata.normalize("NFC", text).lower()).strip()


@cache
def zipf(text: str) -> float:
    """Zipf frequency of a form in English, 0 to 8."""
    return float(zipf_frequency(text, "en"))


def is_acronym(text: str) -> bool:
    """Whether it is written in capitals, a plural s allowed."""
    letters = re.sub(r"[^A-Za-z]", "", text)
    core = letters.removesuffix("s")
    return len(core) >= 2 and sum(c.isupper() for c in core) >= max(2, len(core) - 1) and " " not in text


def judge(text: str, kind: str, *, own: bool, form: str) -> tuple[str, str]:
    """Give (match, tier) of a form.

    Several words count always. A single word counts by its length and its frequency in general English; words of our
    own lists are trusted further than those of a source, brands less than generics. Source of the cuts: false product
    rate on general posts, 14.3 % uncut and 0.4 % at a zipf of 3.5.
    """
    folded = key(text)
    for words, tier in ((NEVER, "block"), (ALWAYS, "free"), (WITH_CUE, "cue")):
        if folded in words:
            return "ci", tier
    if len(folded) < SHORTEST:
        return "ci", "block"
    if is_acronym(text):
        return _judge_acronym(text, folded, own=own)
    if " " in folded:
        common = kind in {"product", "condition"} and all(zipf(word) >= COMMON for word in folded.split())
        return "ci", "block" if common and not own else "case" if common and form == "brand" else "free"
    if kind not in {"product", "condition"}:
        return "ci", "free"
    return _judge_word(folded, kind, own=own, form=form)


def _judge_acronym(text: str, folded: str, *, own: bool) -> tuple[str, str]:
    letters = re.sub(r"\W", "", text)
    if len(letters) <= 3 or (zipf(folded) >= 3.3 and len(text) <= 4):
        return "cs", "cue" if own else "block"
    return ("cs", "free") if zipf(folded) >= 2.0 or len(text) <= 4 else ("ci", "free")


def _judge_word(folded: str, kind: str, *, own: bool, form: str) -> tuple[str, str]:
    frequency = zipf(folded)
    if len(folded) <= 3:
        return "cs", "cue" if own else "block"
    if form == "brand":
        return ("cs", "cue") if frequency >= COMMON_BRAND or len(folded) <= 4 else ("ci", "free")
    if own:
        return "ci", "free"
    if frequency >= (4.6 if kind == "condition" else 4.5):
        return "ci", "block"
    if kind == "product" and frequency >= 3.0:
        return "ci", "cue"
    return ("cs", "cue") if len(folded) == 4 and frequency >= 2.5 else ("ci", "free")
