"""Authors' profile texts, asked for once a run: an AppView's listings name an author and leave the profile out."""

from collections.abc import Iterable

from listening.catalogue.entry import Entry
from listening.collect.atproto_client import Client
from listening.collect.atproto_facets import mapping
from listening.collect.build import clean
from listening.raw import RawPost

MOST_PROFILES = 25
"""Of one request, by the lexicon of `app.bsky.actor.getProfiles`."""


class Bios:
    """The profile texts of one run, in memory only."""

    def __init__(self, client: Client, entry: Entry) -> None:
        """Ask for nothing yet; where the entry does not allow the field, never."""
        self._client = client
        self._is_asked = "author_bio" in entry.fields
        self._known: dict[str, str] = {}

    async def fill(self, posts: Iterable[RawPost]) -> None:
        """Give each post without one its author's profile text; a service that tells none is not asked again.

        Raises:
            SourceFailed, SourceUnavailable: As the transport says.
        """
        lacking = [post for post in posts if not post.author_bio]
        unknown = dict.fromkeys(post.author_handle for post in lacking if post.author_handle not in self._known)
        asked = list(unknown) if self._is_asked else []
        for at in range(0, len(asked), MOST_PROFILES):
            actors = asked[at : at + MOST_PROFILES]
            reply = await self._client.ask("app.bsky.actor.getProfiles", {"actors": actors})
            if reply.status != 200:
                self._is_asked = False
                break
            self._known |= dict.fromkeys(actors, "") | _descriptions(reply.body)
        for post in lacking:
            post.author_bio = self._known.get(post.author_handle, "")


def _descriptions(body: object) -> dict[str, str]:
    profiles = mapping(body).get("profiles")
    shown = [mapping(profile) for profile in profiles] if isinstance(profiles, list) else []
    return {
        did: clean(description)
        for profile in shown
        if isinstance(did := profile.get("did"), str) and isinstance(description := profile.get("description"), str)
    }
