"""What a shared link shows, by its registrable domain. Facts of our own; a domain that is not here says nothing."""

PREPRINT = frozenset(
    "medrxiv.org biorxiv.org arxiv.org ssrn.com researchsquare.com preprints.org osf.io psyarxiv.com".split()
)
PAPER = frozenset(
    """nejm.org thelancet.com jamanetwork.com bmj.com nature.com science.org cell.com ahajournals.org jacc.org ascopubs.org
    annalsofoncology.org acpjournals.org annals.org oup.com springer.com biomedcentral.com wiley.com sciencedirect.com
    plos.org frontiersin.org mdpi.com tandfonline.com sagepub.com diabetesjournals.org atsjournals.org ersjournals.com
    neurology.org bloodadvances.org ashpublications.org aacrjournals.org gastrojournal.org kidney-international.org
    asnjournals.org aappublications.org pubmed.gov doi.org elifesciences.org jci.org pnas.org karger.com lww.com
    clinmed.rcpjournals.org bjgp.org cmaj.ca mja.com.au europepmc.org cochranelibrary.com ejradiology.com rsna.org
    ajog.org thieme.com jto.org jtcvs.org cambridge.org liebertpub.com""".split()
)
VIDEO = frozenset(
    "youtube.com youtu.be vimeo.com tiktok.com twitch.tv vumedi.com vjoncology.com vjhemonc.com touchoncology.com".split()
)
PODCAST = frozenset(
    """spotify.com libsyn.com buzzsprout.com podbean.com soundcloud.com simplecast.com megaphone.fm acast.com
    anchor.fm transistor.fm captivate.fm overcast.fm thecurbsiders.com coreimpodcast.com""".split()
)
NEWS = frozenset(
    """statnews.com medscape.com medpagetoday.com reuters.com bbc.co.uk bbc.com nytimes.com theguardian.com
    washingtonpost.com fiercepharma.com fiercebiotech.com endpts.com healio.com tctmd.com cancerletter.com kffhealthnews.org
    kff.org npr.org cnn.com bloomberg.com wsj.com ft.com pulsetoday.co.uk hsj.co.uk gponline.com apnews.com
    biopharmadive.com formularywatch.com drugs.com medicalxpress.com sciencedaily.com onclive.com targetedonc.com
    ajmc.com hcplive.com pharmatimes.com modernhealthcare.com beckershospitalreview.com axios.com politico.com
    independent.co.uk telegraph.co.uk cbsnews.com nbcnews.com prnewswire.com businesswire.com globenewswire.com""".split()
)
BLOG = frozenset(
    "substack.com medium.com wordpress.com blogspot.com kevinmd.com emcrit.org rebelem.com lifeinthefastlane.com litfl.com first10em.com ghost.io".split()
)
SLIDES = frozenset("slideshare.net slides.com speakerdeck.com prezi.com".split())
GUIDELINE = frozenset(
    "nice.org.uk nccn.org guidelinecentral.com uspreventiveservicestaskforce.org sign.ac.uk escardio.org magicapp.org".split()
)
TRIAL = frozenset("clinicaltrials.gov isrctn.com clinicaltrialsregister.eu euclinicaltrials.eu".split())
JOB = frozenset("indeed.com practicelink.com bmj-careers.com jobs.nhs.uk doccafe.com".split())
DATA = frozenset("github.com zenodo.org figshare.com gitlab.com kaggle.com dryad.org".split())

TYPE_BY_DOMAIN = {
    domain: f"content_type:{slug}"
    for slug, domains in {
        "preprint": PREPRINT,
        "paper": PAPER,
        "video": VIDEO,
        "podcast": PODCAST,
        "news": NEWS,
        "blog": BLOG,
        "slides": SLIDES,
        "guideline": GUIDELINE,
        "trial-registration": TRIAL,
        "job": JOB,
        "dataset": DATA,
    }.items()
    for domain in domains
}
"""Content type by registrable domain."""

TYPE_BY_HINT = {
    "poll": "content_type:poll",
    "image": "content_type:image",
    "video": "content_type:video",
    "audio": "content_type:podcast",
    "article": "content_type:blog",
}
"""Content type by what a post is made of, as the collector saw it; `card` and `comment` are no content types."""


def type_of_link(domain: str, *, has_doi: bool, has_pmid: bool, has_nct: bool) -> str | None:
    """Give the content type a link shows: the domain first where it says more than the identifier."""
    known = TYPE_BY_DOMAIN.get(domain.removeprefix("www."))
    if known == "content_type:preprint":
        return known
    if has_nct:
        return "content_type:trial-registration"
    return "content_type:paper" if has_doi or has_pmid else known
