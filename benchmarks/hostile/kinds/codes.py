"""What is in addresses and typed: codes of the wall, typed codes, grants, claims and posters."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated_text
from benchmarks.hostile.values import HostileInput
from benchmarks.hostile.visitors import PAGE
from client.web.services import signatures_of

_LONGEST = 6000  # characters of an address that a server passes on


class Codes:
    """Codes, grants and claims that are none any more, or never were.

    Args:
        site: the site.
    """

    name = "codes"

    def __init__(self, site: HostileSite) -> None:
        self._site = site
        phone = site.phone
        self._entrances: dict[str, Callable[[str], int]] = {
            "the code on the wall": lambda text: phone.get(f"/s/{_part(text)}", accept=PAGE).status_code,
            "a typed code": lambda text: phone.get(f"/c?code={quote(text)}", accept=PAGE).status_code,
            "a typed code, for a number": lambda text: (
                phone.get(f"/c?way=number&code={quote(text)}").status_code
            ),
            "a grant that is shown again": lambda text: (
                phone.get(f"/g/{_part(text)}", accept=PAGE).status_code
            ),
            "a poster": lambda text: phone.get(f"/p/{_part(text)}", accept=PAGE).status_code,
            "a grant beside a photo": lambda text: (
                phone.post(f"/capture?grant={quote(text)}", []).status_code
            ),
            "a grant in a form": lambda text: (
                phone.post("/claim", [("grant", text), ("number", "1")]).status_code
            ),
            "a claim": lambda text: phone.post(f"/not-me?claim={quote(text)}", []).status_code,
        }

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            seed = draw.choice(self._seeds())
            match draw.randrange(4):
                case 0:
                    text, made = any_text(draw), "any text"
                case 1:
                    text, made = _as_signed(seed, draw), "payload"
                case _:
                    text, made = mutated_text(seed, draw), "changed"
            if text in self._seeds() or not text.strip():
                text += "~"
            data = text[:_LONGEST].encode("utf-8", "replace")
            yield HostileInput(self.name, draw.choice(list(self._entrances)), data, made)

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        return self._entrances[one.entrance](one.data.decode())

    def _seeds(self) -> list[str]:
        """Codes, a grant, a claim and a poster that are good."""
        register, signatures = self._site.register, signatures_of(self._site.app)
        session, now = self._site.session, register.clock.now()
        showing = register.entrances.showing(session)
        return [
            register.entrances.address(session),
            showing.typed,
            signatures.new_grant(session.id, now),
            signatures.new_claim(session.id, "grant", "0" * 64, now),
            signatures.poster(session.course_id),
        ]


def _part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def _as_signed(seed: str, draw: random.Random) -> str:
    """Another content before a signature that was made for this one."""
    content: Any = draw.choice(
        ([], {}, [None] * 5, ["x", "y", 2**70], ["", "", -1, "", None], "text", 1e308, [[[]]])
    )
    packed = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    return f"{packed}.{seed.rpartition('.')[2]}"
