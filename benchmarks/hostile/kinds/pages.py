"""Parameters of pages: numbers, searches, days and sorts that are none, on each page that only reads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import quote

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated_text
from benchmarks.hostile.values import HostileInput
from benchmarks.site.visits import asked_for

_NAMES = (
    *(
        "page",
        "q",
        "find",
        "show",
        "course",
        "student",
        "session",
        "range",
        "out",
        "students",
        "sort",
        "way",
        "code",
    ),
    *(
        "first_day",
        "last_day",
        "day",
        "from",
        "to",
        "who",
        "what",
        "kind",
        "until",
        "next",
        "after",
        "lang",
        "back",
    ),
)
_VALUES = (
    "0",
    "-1",
    "1",
    "9" * 30,
    "2026-11-30",
    "2026-02-30",
    "0000-00-00",
    "all",
    "term",
    "s0",
    "physics",
    "http://x/",
)
# Taking data along is noted in the audit trail, and logging out ends the login.
_NOTED = ("/file/", "data.zip", "/logout", "/events", "/metrics", "/changes/stream")


class PageParameters:
    """Pages of an admin, of phones and of projectors, with parameters that no link of ours has.

    Args:
        site: the site.
    """

    name = "pages"

    def __init__(self, site: HostileSite) -> None:
        self._site = site

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            names = [draw.choice(_NAMES) for _ in range(draw.choice((1, 1, 2, 5)))]
            pairs = (f"{name}={quote(_value(draw))}" for name in names)
            yield HostileInput(self.name, draw.choice(self._paths), "&".join(pairs).encode(), "parameters")

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        return self._site.office.get(f"{one.entrance}?{one.data.decode('latin-1')}").status_code

    @cached_property
    def _paths(self) -> list[str]:
        """The pages that only read."""
        session = self._site.session
        values = {
            "course_id": session.course_id,
            "session_id": session.id,
            "student_id": self._site.student.id,
            "address": session.token,
            "poster": session.token,
            "kind": "csv",
            "day": session.day,
        }
        paths = {path.partition("?")[0] for path in asked_for(self._site.app, values)}
        return sorted(path for path in paths if not any(word in path for word in _NOTED))


def _value(draw: random.Random) -> str:
    match draw.randrange(3):
        case 0:
            return any_text(draw)[:2000]
        case 1:
            return mutated_text(draw.choice(_VALUES), draw)[:2000]
        case _:
            return draw.choice(_VALUES)
