"""What a profile says that settles the role before any medical word counts: student, vet, bot, organisation.

English, German, French, Spanish, Italian and Portuguese, with the Dutch and Scandinavian words for students.
"""

import re
from typing import Final

_STUDY = r"(?:med(?:ical|ic|icine)?|nursing|midwifery|pharmacy|pharm|dental|dentistry|PA|MD|DO|MBBS|MBChB|MD[/-]PhD|PharmD|BSN|DNP)"
_STUDENT: Final = re.compile(
    rf"\b(?:{_STUDY}[\s-]+(?:school\s+)?student(?!['’]s\b|\s+(?:mentor|educator|teach|education|supervis|affairs|advis))"
    r"|student\s+(?:doctor|nurse|pharmacist|physician|midwife|paramedic|registered nurse)|pre-?med\b|pre-?nursing|pre-?pharm\w*"
    r"|(?:MD|DO|MBBS|PharmD|BSN|MSN|MD[/-]PhD)[\s,-]+(?:candidate|to be|in training|class of)"
    r"|MS-?[1-4]|OMS-?(?:[1-4]|I{1,3}|IV)|P[1-4]\s+(?:pharm\w*\s+)?student"
    r"|M[1-4]\s+(?:at|@|applying|interested|student)|(?:[1-6](?:st|nd|rd|th)|first|second|third|fourth|fifth|final)[\s-]ye?a?r\s+(?:med(?:ic|ico|icine)?|pharmacy|nursing|midwifery|dentistry)\b(?!\s+(?:student\s+)?(?:lead|tutor|teacher))"
    r"|(?:in|@|at)\s+med(?:ical)?\s+school|med\s?school\s+(?:life|diaries)|(?:doctor|physician|nurse|pharmacist|midwife|medic)[\s-]in[\s-](?:training|the[\s-]making)|studying\s+(?:medicine|nursing|midwifery|pharmacy)"
    r"|(?:future|aspiring|soon[\s-]to[\s-]be|wannabe|incoming)\s+(?:\w+\s+){0,2}?"
    r"(?:doctor|physician|nurse|surgeon|pharmacist|midwife|dr|MD|DO|RN|PA|NP|intern|doc|\w+ologist)"
    # German, Dutch, Scandinavian
    r"|(?:zahn)?medizin-?student\w*|med\.?-student\w*|(?:pharmazie|pflege|hebammen)-?student\w*|studier\w+\s+(?:human)?medizin"
    r"|(?:pflege|hebammen)-?(?:azubi|schüler\w*|auszubildende\w*)|azubi\s+(?:in der\s+)?pflege|auszubildende\w*\s+(?:in der\s+)?pflege"
    r"|angehende[rs]?\s+(?:ärztin|arzt|hebamme|pflegefachfrau|pflegefachmann|apothekerin|apotheker)|PJ-?ler(?:in)?|famulantin|famulant"
    r"|geneeskunde-?student\w*|student\s+geneeskunde|coassistent|(?:läkar|sjuksköterske|sykepleier|sygeplejerske|medicin|medisin)-?stud\w+"
    r"|student(?:ka)?\s+(?:medycyny|pielęgniarstwa|farmacji)|studentă?\s+la\s+medicină"
    # French
    r"|(?:étudiante?|etudiante?|élève)[\s-]+(?:en\s+(?:médecine|medecine|pharmacie|soins|odontologie|maïeutique|santé)"
    r"|infirmi(?:er|ère)|sage-femme)|externe\s+(?:en\s+médecine|des hôpitaux)|futur(?:e)?\s+(?:médecin|infirmière?|sage-femme|pharmacien(?:ne)?)"
    # Spanish, Italian, Portuguese
    r"|(?:estudiante|estudante|student[ei]|studentessa|acad[êe]mic[oa])\s+(?:de|di|in)\s+"
    r"(?:medicina|enfermer[íi]a|enfermagem|infermieristica|scienze infermieristiche|farmacia|farmácia|odontolog[íi]a|odontoiatria|ostetricia|obstetricia)"
    r"|futur[oa]\s+(?:m[ée]dic[oa]|doctora?|enfermer[oa]|enfermeir[oa]|farmac[ée]utic[oa]|infermier[ea]|cirurgi[ãa]o?|cirujan[oa]|chirurg[oa]))\b",
    re.IGNORECASE,
)
_CLASS_YEAR: Final = re.compile(r"\W*(?:M|MS|MED)-?[1-4]\s*[|•·,/]")
"""A profile that opens with the year of medical school: `M2 | coffee`; elsewhere M2 may be a road or a chip."""
_OTHERS_STUDENT: Final = re.compile(
    r"\b(?:mum|mom|mother|dad|father|parent|wife|husband|partner|sister|brother|aunt|uncle|grandma)\s+(?:of|to)\s+(?:an?\s+|the\s+)?[^.|,;]{0,30}$"
    r"|\b(?:for|advis\w+|mentor\w*|teach\w*|tutor\w*|former|ex)[\s-]+(?:\w+\s+)?$"
    r"|\b(?:my|our)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_ANIMALS: Final = re.compile(
    r"\b(?:veterin[aä]\w+|v[ée]t[ée]rinaire\w*|veteriná\w+|tier(?:arzt|ärzt\w*|medizin\w*|klinik)|dierenarts"
    r"|(?P<service>(?:army|navy|marines?|air ?force|force|raf|military|combat|war|iraq|afghan\w*|vietnam|gulf|disabled|us|usmc|usaf"
    r"|uscg|retired|proud|infantry|industry|service|two-tour|oif|oef)[\s-]+)?vet(?!\s*(?:of\b|eran|\()))\b",
    re.IGNORECASE,
)
_BOT: Final = re.compile(
    r"\b(?:i am a bot|i'm a bot|i’m a bot|automated (?:account|feed|bot|posts?)|bot account|auto-?posts|auto-?mated|un?official bot"
    r"|inoffizieller bot|bot (?:that|which|posting|tweeting|run)|a bot\b(?!\s+hunter)|this bot|robot that|tweets? new|posts? new papers)\b"
    r"|🤖\s*bot|^\W*bot\b|\bbot\W*$",
    re.IGNORECASE,
)
_BOT_NAME: Final = re.compile(r"(?:(?<![^\W\d_])[Bb]ot|[a-z]Bot|\b[Rr]obot)\W*$")
"""`Paper Bot`, `OncPaperBot`, `Paper-Bot`; not `Talbot`."""

_TITLE: Final = re.compile(
    r"^\W*(?:dr|prof|dott|dra|doc|mr|mrs|ms|mx|nurse|sister|sir|dame|herr|frau|sen|rep|cllr)\b", re.IGNORECASE
)
_INSTITUTION: Final = re.compile(
    r"\b(?:hospitals?|h[oô]pital|klinik(?:um)?|universitätsklinikum|krankenhaus|clinics?|clinique|cl[ií]nica|trust|health ?care trust"
    r"|society|association|académie|academy|college|faculty|institute|institut|foundation|fondation|fundación|department|dept"
    r"|universit\w+|(?:medical|nursing|pharmacy|business)\s+school|school\s+of|center|centre|journal|annals|archives of|lancet|review|ltd|inc|llc|gmbh"
    r"|therapeutics|pharmaceuticals?|biotech|biopharma|laboratories|news|podcast|network|union|council|federation|ministry"
    r"|agency|praxis|pharmacy|apotheke|farmacia|pharmacie|jobs|locums|recruitment|staffing|care home|nursing home|charity|registry|collaborative|conference|congress"
    r"|coalition|alliance|committee|commission|consortium|symposium|health system|health board|ospedale|azienda|team|ward \w+|medical practice)\b|\bsurgery$"
    r"|\w+praxis\b|\w+klinik(?:um)?\b|\bpod$|\bJC$|#\w+JC\b|\w+apotheke\b",
    re.IGNORECASE,
)
_NAME_HEAD: Final = re.compile(r"\s*[|(@•·,/]|\s[-–—]\s")


def is_student(text: str) -> bool:
    """Tell whether the author says to be learning a health profession, or to become one."""
    if _CLASS_YEAR.match(text):
        return True
    return any(not _OTHERS_STUDENT.search(text[max(0, m.start() - 60) : m.start()]) for m in _STUDENT.finditer(text))


def is_for_animals(text: str) -> bool:
    """Tell whether a veterinary profession is named; a veteran is none."""
    return any(match["service"] is None for match in _ANIMALS.finditer(text))


def is_bot(name: str, bio: str) -> bool:
    """Tell whether the account says it is automated."""
    return bool(_BOT_NAME.search(name) or _BOT.search(name) or _BOT.search(bio))


def is_institution(name: str) -> bool:
    """Tell whether the display name is that of an institution: `Invented Hospital`, not `Dr Ida | Invented Hospital`."""
    head = _NAME_HEAD.split(name, maxsplit=1)[0]
    return not _TITLE.match(head) and bool(_INSTITUTION.search(head))
