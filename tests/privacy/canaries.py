"""Canaries: made-up identifiers planted wherever a source can carry one, and the places they are served from.

Every value is distinctive: finding its bytes in anything the job wrote proves a leak.
"""

import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)

IN_TEXT = {
    # identifier type: (what must not be found, the post that carries it)
    "patient name with title": (
        "Quillfeather",
        "Saw Mrs Quillfeather in clinic today, her psoriasis is much better on secukinumab.",
    ),
    "patient name after a cue": (
        "Ondrej Vrbicka",
        "My patient Ondrej Vrbicka had a rash after amoxicillin, has anyone seen this?",
    ),
    "staff name": (
        "Halloranski",
        "Dr. Imogen Halloranski on the ward round says we should stop the apixaban before surgery.",
    ),
    "handle": (
        "@zz_canary_handle",
        "Totally agree with @zz_canary_handle about prior authorisation delays for biologics.",
    ),
    "fediverse handle": (
        "@wrenq@canary.social",
        "As @wrenq@canary.social said, the metformin data are strong and the guideline should change.",
    ),
    "bluesky handle": (
        "zzcanary.bsky.social",
        "Follow zzcanary.bsky.social for good summaries of heart failure trials this year.",
    ),
    "profile url": (
        "https://social.example/@canaryprofile77",
        "The thread is here https://social.example/@canaryprofile77 and it is worth your time today.",
    ),
    "post url": (
        "/posts/canarypost8841",
        "Discussed at https://forum.example/posts/canarypost8841 by several intensivists last month.",
    ),
    "e-mail": (
        "canary.mail@hospital.example",
        "Send referrals for the melanoma trial to canary.mail@hospital.example before Friday please.",
    ),
    "spelled-out e-mail": (
        "canary dot spelled at trust dot example",
        "Write to canary dot spelled at trust dot example if your patient needs infliximab.",
    ),
    "phone": (
        "020 7946 0958",
        "Call the on-call registrar on 020 7946 0958 if the potassium is above six after dialysis.",
    ),
    "us phone": (
        "(415) 555-0132",
        "Our infusion centre can be reached at (415) 555-0132 for pembrolizumab scheduling questions.",
    ),
    "record number": (
        "MRN 83746251",
        "Can someone look at the scan of MRN 83746251 since the report says new lesions in the liver?",
    ),
    "nhs number": (
        "943 476 5919",
        "The NHS number 943 476 5919 was on the discharge letter together with the warfarin dose.",
    ),
    "hospital number": (
        "H7734829",
        "Patient with hospital number H7734829 is still waiting for a bed after the stroke.",
    ),
    "ssn": (
        "536-22-8726",
        "The form still asks for the social security number 536-22-8726 before they approve semaglutide.",
    ),
    "policy number": (
        "XKJ-4471-90233",
        "Insurance policy number XKJ-4471-90233 was rejected again for dupilumab, third time this year.",
    ),
    "device serial": (
        "SN-PCM-884211",
        "Pacemaker serial number SN-PCM-884211 is on the recall list, we need to check the battery.",
    ),
    "licence number": (
        "GMC 7488213",
        "Signed by a locum with GMC 7488213 who changed the insulin regimen without telling anyone.",
    ),
    "exact date": (
        "14 March 2026",
        "She was admitted on 14 March 2026 with pneumonia and went home on oral antibiotics.",
    ),
    "numeric date": (
        "23/04/2026",
        "Surgery on 23/04/2026 went well and the patient is back on rivaroxaban without bleeding.",
    ),
    "date of birth": ("07/11/1948", "DOB 07/11/1948, presented with atrial fibrillation and a high stroke risk score."),
    "street address": (
        "42 Canaryfield Lane",
        "He lives at 42 Canaryfield Lane and cannot come to the clinic for his infusions.",
    ),
    "postcode": ("SW1A 2ZQ", "The pharmacy near SW1A 2ZQ has no methylphenidate left and parents are desperate."),
    "hospital": (
        "St Quillona's Hospital",
        "At St Quillona's Hospital we now give tirzepatide in the obesity clinic every week.",
    ),
    "age over 89": (
        "97-year-old",
        "A 97-year-old with a hip fracture and delirium, would you still give anticoagulants?",
    ),
    "ip address": (
        "203.0.113.77",
        "The portal logged the visit from 203.0.113.77 when the prescription for oxycodone changed.",
    ),
    "name in a hashtag": (
        "JusticeForZephyrineQuill",
        "We will not forget #JusticeForZephyrineQuill and the staffing crisis behind it in our emergency department.",
    ),
}

IN_PROFILE = {
    "author name": "Zoltan Canarynski",
    "author handle": "canary_author_5512",
    "bio": "Cardiologist. Reach me at bio.canary@mail.example. Married to Perpetua Canarynski.",
    "native id": "nativecanary998877",
    "url": "https://social.example/@canary_author_5512/nativecanary998877",
    "html attribute": "attrcanary-data-3141",
    "alternative text": "altcanary photo of Zephyr Bed 12",
    "file name": "drop-of-filecanary-jane-roe.ndjson",
    "query string": "tokencanary=abc777",
    "collector error": "errorcanary-body-2718",
    "avatar": "avatarcanary-5150.png",
}


def values():
    """Give every canary's bytes to look for."""
    found = [value for value, _ in IN_TEXT.values()]
    found += [
        *IN_PROFILE.values(),
        "Canarynski",
        "bio.canary@mail.example",
        "nativecanary998877",
        "filecanary",
        "altcanary",
    ]
    return sorted(set(found))


def rows():
    """Give the export's rows: every text canary, each beside every profile canary."""
    for number, (value, text) in enumerate(IN_TEXT.values()):
        assert value in text, value
        yield {
            "post_id": f"{IN_PROFILE['native id']}-{number}",
            "body": text,
            "posted": (NOW - timedelta(days=number % 20, hours=3)).isoformat(),
            "user": IN_PROFILE["author handle"],
            "user_name": IN_PROFILE["author name"] + ", MD",
            "about": IN_PROFILE["bio"],
            "link": IN_PROFILE["url"] + "?" + IN_PROFILE["query string"],
            "not_mapped": IN_PROFILE["collector error"],
        }


def write_drop(folder):
    """Write a licensed drop whose file name is itself a canary."""
    folder.mkdir(parents=True)
    path = folder / IN_PROFILE["file name"]
    broken = b'{"post_id": "nativecanary998877-x", "body": "errorcanary-body-2718"\n\xff\xfe errorcanary-body-2718\n'
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows()) + broken)
    fields = ["native_id", "text", "created_at", "author_handle", "author_name", "author_bio", "url"]
    columns = dict(zip(["post_id", "body", "posted", "user", "user_name", "about", "link"], fields, strict=True))
    manifest = [
        'licence_id = "licence-1"',
        'purpose = "leak test"',
        "expires_on = 2030-01-01",
        f"fields = {json.dumps(fields)}",
        "[columns]",
        *(f"{column} = {json.dumps(field)}" for column, field in columns.items()),
        "[[files]]",
        f"path = {json.dumps(path.name)}",
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"',
        'format = "ndjson"',
    ]
    (folder / "manifest.toml").write_text("\n".join(manifest) + "\n")


def html_of(text):
    return (
        f'<p class="{IN_PROFILE["html attribute"]}" data-x="{IN_PROFILE["html attribute"]}">{text}'
        f'<img src="{IN_PROFILE["avatar"]}" alt="{IN_PROFILE["alternative text"]}"></p><!-- {IN_PROFILE["collector error"]} -->'
    )


def statuses(base_url):
    """Give Mastodon statuses, newest first."""
    account = {
        "id": "1",
        "username": IN_PROFILE["author handle"],
        "acct": IN_PROFILE["author handle"],
        "display_name": IN_PROFILE["author name"],
        "note": f"<p>{IN_PROFILE['bio']}</p>",
        "url": IN_PROFILE["url"],
        "uri": IN_PROFILE["url"],
        "avatar": base_url + "/" + IN_PROFILE["avatar"],
        "bot": False,
        "indexable": True,
        "noindex": False,
        "discoverable": True,
        "fields": [{"name": "mail", "value": IN_PROFILE["bio"], "verified_at": None}],
    }
    made = []
    for number, (_, text) in enumerate(IN_TEXT.values()):
        made.append(
            {
                "id": str(113000000000000000 + number),
                "uri": f"{IN_PROFILE['url']}/{number}",
                "url": f"{IN_PROFILE['url']}/{number}",
                "created_at": (NOW - timedelta(hours=40 - number)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "edited_at": None,
                "content": html_of(text),
                "spoiler_text": "",
                "visibility": "public",
                "language": "en",
                "replies_count": 1,
                "reblogs_count": 2,
                "favourites_count": 3,
                "account": account,
                "tags": [],
                "mentions": [],
                "media_attachments": [{"type": "image", "description": IN_PROFILE["alternative text"]}],
                "reblog": None,
                "poll": None,
                "card": None,
                "in_reply_to_id": None,
            }
        )
    return made[::-1]


def feed():
    items = "".join(
        f"<item><title>Case notes {number}</title><guid>{IN_PROFILE['url']}/{number}</guid>"
        f"<link>{IN_PROFILE['url']}/{number}</link><author>bio.canary@mail.example ({IN_PROFILE['author name']})</author>"
        f"<pubDate>{(NOW - timedelta(hours=number)).strftime('%a, %d %b %Y %H:%M:%S GMT')}</pubDate>"
        f"<description><![CDATA[{html_of(text)}]]></description></item>"
        for number, (_, text) in enumerate(IN_TEXT.values())
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A blog</title>{items}</channel></rss>'


class Server:
    """Serves the canaries on loopback; `broken` makes it answer with a body that quotes them under a server error."""

    def __init__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                asked = parse_qs(parts.query)
                if outer.broken and parts.path != "/robots.txt":
                    self.answer(outer.broken, IN_PROFILE["collector error"].encode() * 3, "text/html")
                elif parts.path == "/robots.txt":
                    self.answer(404, b"", "text/plain")
                elif parts.path.startswith("/api/v1/timelines/tag/"):
                    listed = statuses(outer.base_url)
                    for bound, keep in (("min_id", lambda a, b: a > b), ("max_id", lambda a, b: a < b)):
                        if bound in asked:
                            listed = [one for one in listed if keep(int(one["id"]), int(asked[bound][0]))]
                    self.answer(
                        200, json.dumps(listed[: int(asked.get("limit", ["20"])[0])]).encode(), "application/json"
                    )
                elif parts.path == "/feed.xml":
                    self.answer(200, feed().encode(), "application/rss+xml")
                else:
                    self.answer(404, b"", "text/plain")

            def answer(self, status, body, kind):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("X-Canary", IN_PROFILE["collector error"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.broken = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
