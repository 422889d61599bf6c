"""Each recogniser of the gate's own: what it finds, and near misses that it must leave."""

import time

import pytest

from listening.privacy.recognizers import recogniser_classes
from listening.privacy.recognizers.base import GateRecognizer

CLASSES = {item.__name__: item for item in recogniser_classes()}
OWN = sorted(name for name, item in CLASSES.items() if issubclass(item, GateRecognizer))

# (recogniser, text, values found, lowest and highest score)
ROWS = [
    # Handles: the sign itself is not the name; a fediverse handle is one value with its host.
    ("HandleRecognizer", "thanks @drdoe_gp for this", ["drdoe_gp"], 0.9, 1),
    ("HandleRecognizer", "via @ross@med.example.com today", ["ross@med.example.com"], 0.9, 1),
    ("HandleRecognizer", "find me at doe.bsky.social ok", ["doe.bsky.social"], 0.9, 1),
    ("HandleRecognizer", "hat tip u/Throw_nurse92", ["u/Throw_nurse92"], 0.8, 1),
    ("HandleRecognizer", "posted in r/medicine again", [], 0, 1),  # a community about medicine at large is a topic
    ("HandleRecognizer", "dose @ 5 mg, and jane@example.com", [], 0, 1),  # a dose; an e-mail is not a handle
    # Hashtags: a cue and a name, or a full name; congress and disease tags stay.
    ("NameHashtagRecognizer", "#JusticeForOrlaQuinn now", ["JusticeForOrlaQuinn"], 0.8, 1),
    ("NameHashtagRecognizer", "#TeamGrace raised money", ["TeamGrace"], 0.8, 1),
    ("NameHashtagRecognizer", "#ESMO24 #LungCancer #MedTwitter", [], 0, 1),
    # Links: those of papers, trials and guideline bodies stay readable.
    ("LinkRecognizer", "see https://example.com/x?y=1 please", ["https://example.com/x?y=1"], 0.9, 1),
    ("LinkRecognizer", "gofundme.com/f/help-maria", ["gofundme.com/f/help-maria"], 0.8, 1),
    ("LinkRecognizer", "https://doi.org/10.1056/NEJMoa2206038", [], 0, 1),
    ("LinkRecognizer", "https://pubmed.ncbi.nlm.nih.gov/12345678/", [], 0, 1),
    ("LinkRecognizer", "10 mg/kg b.d. vs 5 mg/kg", [], 0, 1),
    # E-mail, spelled out too; "at" and "dot" alone are words.
    ("EmailAddressRecognizer", "write a.khan@nhs.net today", ["a.khan@nhs.net"], 0.9, 1),
    ("EmailAddressRecognizer", "jane dot doe at nhs dot net please", ["jane dot doe at nhs dot net"], 0.8, 1),
    ("EmailAddressRecognizer", "seen at clinic, dot blot positive", [], 0, 1),
    # Phones, extensions, bleeps, spelled digits; doses and lab values are none.
    ("PhoneNumberRecognizer", "call 617.555.0142 now", ["617.555.0142"], 0.7, 1),
    ("PhoneNumberRecognizer", "bleep 4471 overnight", ["4471"], 0.7, 1),
    (
        "PhoneNumberRecognizer",
        "ring oh seven nine one one two three four",
        ["oh seven nine one one two three four"],
        0.8,
        1,
    ),
    ("PhoneNumberRecognizer", "BP 182/104, HR 112, n=1,204, 12 500 patients", [], 0, 1),
    # Numbers after a cue.
    ("MedicalRecordRecognizer", "MRN 00483921 in resus", ["00483921"], 0.8, 1),
    ("MedicalRecordRecognizer", "accession CT-24-118822 shows", ["CT-24-118822"], 0.8, 1),
    ("MedicalRecordRecognizer", "records from 2019 were lost", [], 0, 1),  # a lone year
    ("NationalHealthNumberRecognizer", "NHS no 943 476 5919", ["943 476 5919"], 0.8, 1),
    ("NationalHealthNumberRecognizer", "the NHS in 2024 spent 40%", [], 0, 1),
    ("SocialSecurityRecognizer", "SSN ending 6789", ["6789"], 0.8, 1),
    ("SocialSecurityRecognizer", "123-45-6789 on file", ["123-45-6789"], 0.8, 1),
    ("SocialSecurityRecognizer", "social distancing for 14 days", [], 0, 1),
    ("InsuranceRecognizer", "insurance number HP-678901", ["HP-678901"], 0.8, 1),
    ("InsuranceRecognizer", "insurance covered 3 months", [], 0, 1),
    ("AccountRecognizer", "Acct#: GRM-998877", ["GRM-998877"], 0.8, 1),
    ("AccountRecognizer", "on account of 3 relapses", [], 0, 1),
    ("LicenceRecognizer", "GMC 7654321 and NPI 1234567893", ["7654321", "1234567893"], 0.8, 1),
    ("LicenceRecognizer", "the GMC in 2023 said", [], 0, 1),
    ("DeviceRecognizer", "pacemaker serial PJN204857H, lot A73X9", ["PJN204857H", "A73X9"], 0.8, 1),
    ("DeviceRecognizer", "serial ECGs and a lot of pain", [], 0, 1),
    ("VehicleRecognizer", "number plate AB12 CDE outside", ["AB12 CDE"], 0.8, 1),
    ("VehicleRecognizer", "plate and screws", [], 0, 1),
    ("TrialSubjectRecognizer", "subject ID 1042-007 withdrew", ["1042-007"], 0.8, 1),
    ("TrialSubjectRecognizer", "subject to review in 12 weeks", [], 0, 1),
    ("PlaceNumberRecognizer", "bed 7B needs vanc", ["7B"], 0.8, 1),
    ("PlaceNumberRecognizer", "in bed 2019 style", [], 0, 1),
    ("CodeShapeRecognizer", "quote HP-678901 please", ["HP-678901"], 0.6, 1),
    ("CodeShapeRecognizer", "BMS-986165 in NCT04036435, COVID-19", [], 0, 1),  # compounds and trials
    # Dates; durations, doses, ratios and approvals stay.
    ("CalendarDateRecognizer", "Admitted Tues 14/03", ["Tues 14/03"], 0.7, 1),
    ("CalendarDateRecognizer", "LMP Jan 3rd, EDD 10/10/25", ["Jan 3rd", "10/10/25"], 0.8, 1),
    ("CalendarDateRecognizer", "clinic 2024-11-05T09:30 ok", ["2024-11-05T09:30"], 0.8, 1),
    ("CalendarDateRecognizer", "seen on 3/4, worse yesterday", ["3/4", "yesterday"], 0.5, 1),
    ("CalendarDateRecognizer", "the 12th of May and last Tuesday", ["the 12th of May", "last Tuesday"], 0.7, 1),
    ("CalendarDateRecognizer", "TDS 5/7, rash 2/52, open 24/7, 500 mg for 7 days", [], 0, 1),
    ("CalendarDateRecognizer", "ECG 12/12 leads, BP 120/80, week 8", [], 0, 1),
    ("CalendarDateRecognizer", "FDA approved it in September 2024", [], 0, 1),
    ("CalendarDateRecognizer", "diagnosed in 2021, may 5 mg help?", [], 0, 1),
    # Ages of ninety and more.
    ("NinetyPlusRecognizer", "97F from home", ["97F"], 0.8, 1),
    ("NinetyPlusRecognizer", "my 102-year-old pt", ["102-year-old"], 0.8, 1),
    ("NinetyPlusRecognizer", "aged ninety-four now", ["aged ninety-four"], 0.8, 1),
    ("NinetyPlusRecognizer", "89-year-old, 95 mg, 90 days, aged 18-95 years, sats 91% RA", [], 0, 1),
    # Titles, in any case.
    ("TitleNameRecognizer", "saw mr okonkwo again", ["mr okonkwo"], 0.9, 1),
    ("TitleNameRecognizer", "under Prof Lindqvist and Dr. J. Doe", ["Prof Lindqvist", "Dr. J. Doe"], 0.9, 1),
    ("TitleNameRecognizer", "the doctor said, nurse in charge, Dr who", [], 0, 1),
    # Names by themselves.
    ("GivenNameRecognizer", "a patient, Anna S., with MS", ["Anna S."], 0.8, 1),
    ("GivenNameRecognizer", "seen by J. Abernathy-Kowalczyk", ["J. Abernathy-Kowalczyk"], 0.6, 1),
    ("GivenNameRecognizer", "DESHAWN WILLIAMS IS BACK", ["DESHAWN WILLIAMS"], 0.7, 1),
    ("GivenNameRecognizer", "consented siobhan o'reilly for it", ["siobhan o'reilly"], 0.6, 1),
    ("GivenNameRecognizer", "grace period, will review, may help, H. pylori, C. difficile", [], 0, 1),
    # Names behind a cue.
    ("NameCueRecognizer", "His name is Hunter, he's 6", ["Hunter"], 0.8, 1),
    ("NameCueRecognizer", "Bell's wife says no", ["Bell"], 0.8, 1),
    ("NameCueRecognizer", "the patient Denies pain, thanks to Metformin", [], 0, 1),
    # Addresses and codes.
    ("StreetAddressRecognizer", "lives at 221 Baker Street, London", ["221 Baker Street, London"], 0.8, 1),
    ("StreetAddressRecognizer", "P.O. Box 4021 for samples", ["P.O. Box 4021"], 0.6, 1),
    ("StreetAddressRecognizer", "5 mg St John's wort, 20 Patients a day", [], 0, 1),
    ("PostcodeRecognizer", "from LS1 4AB or Boston, MA 02115", ["LS1 4AB", "02115"], 0.7, 1),
    ("PostcodeRecognizer", "T2 N1 M0, pO2 9", [], 0, 1),
    # Places of care.
    ("HospitalRecognizer", "at St. Jude's Hospital told her", ["St. Jude's Hospital"], 0.5, 1),
    ("HospitalRecognizer", "the ICU team at Mercy General", ["Mercy General"], 0.5, 1),
    ("HospitalRecognizer", "a tertiary care center, the memory clinic, our hospital", [], 0, 1),
    ("CarePlaceRecognizer", "admitted to Elmtree on Friday", ["Elmtree"], 0.5, 1),
    ("CarePlaceRecognizer", "admitted to ICU, seen in January, treated with Lenvima", [], 0, 1),
    ("KnownPlaceRecognizer", "a 54 yo from Leeds", ["Leeds"], 0.5, 1),
    ("KnownPlaceRecognizer", "recommendations from Mayo Clinic, in France, in Texas", [], 0, 1),
    ("LongTokenRecognizer", "x" * 250, ["x" * 250], 0.8, 1),
    ("LongTokenRecognizer", "pneumonoultramicroscopicsilicovolcanoconiosis", [], 0, 1),
]


@pytest.mark.parametrize(("name", "text", "values", "low", "high"), ROWS)
def test_a_recogniser_finds_what_it_should_and_leaves_near_misses(name, text, values, low, high):
    hits = list(CLASSES[name]().analyze(text, []))
    found = {(hit.start, hit.end) for hit in hits}
    widest = [span for span in found if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in found)]
    assert [text[start:end] for start, end in sorted(widest)] == values
    best = {span: max(hit.score for hit in hits if (hit.start, hit.end) == span) for span in widest}
    assert all(low <= score <= high for score in best.values())


def test_every_recogniser_of_our_own_has_a_finding_and_a_near_miss():
    found = {row[0] for row in ROWS if row[2]}
    missed = {row[0] for row in ROWS if not row[2]}
    model = {"BaseModelPersonRecognizer", "BaseModelPlaceRecognizer"}  # they need a Doc: test_privacy_gate.py
    assert set(OWN) - model == found == missed


WORST = [
    "a", "A", "1", "1 ", "- ", "@a", "#", "x.", "1/", "1-", "Dr. J ", "St ", "Aa ", "Aa-", "John S. ", "a dot ", "12 34 ",
    "Aa, ", "MRN no ", "id: # ", "January ", "Jan 1 ", "é", "Aa Hospital ", "University of ", "seen at Aa Bb ", "https://a",
    "a.b", "ninety ", "corner of Aa ", "said Aa Bb ", "0 ", "+1 ",
]  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_a_worst_case_stays_linear(name):
    # Windows of 6,000 characters are all a recogniser ever sees (engine.py); 17 of them make 100,000.
    recogniser = CLASSES[name]()
    for seed in WORST:
        text = (seed * (6_000 // len(seed) + 1))[:6_000]
        started = time.process_time()
        list(recogniser.analyze(text, []))
        assert time.process_time() - started < 1, f"{name} is slow on repeats of {seed!r}"
