"""Receipts: the text of the QR code, the line to type, and certificates of erasures, all nearly right."""

from __future__ import annotations

import random
from collections.abc import Iterator

from attendance.audit.receipts.certificate import certificate_of
from attendance.audit.receipts.letters import ALPHABET
from attendance.store.erasure import Erasure
from attendance.values import MarkStatus
from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated_text
from benchmarks.hostile.values import HostileInput

_OFFSETS = ("+99:99", "-24:00", "+00:00", "+23:59", "\u066100:00")
_MOMENTS = ("2026-13-45 99:99", "0000-01-01 00:00", "9999-12-31 23:59", "2026-02-29 24:00")


class ReceiptTexts:
    """Texts on the page that verifies receipts, and to the command's reader.

    Args:
        site: the site.
    """

    name = "receipts"

    def __init__(self, site: HostileSite) -> None:
        self._site = site
        register = site.register
        now = register.clock.now()
        issued = register.receipts.issue(site.session.id, site.student.id, MarkStatus.PRESENT, now)
        assert issued is not None
        certificate = certificate_of(Erasure(), now, "", register.receipts.keys)
        self._seeds = (issued.text, issued.line, certificate)

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            seed = draw.choice(self._seeds)
            match draw.randrange(4):
                case 0:
                    text, made = (
                        "".join(draw.choice(ALPHABET + "01IO -") for _ in range(draw.choice((7, 42, 50)))),
                        "letters",
                    )
                case 1:
                    text, made = _other_words(seed, draw), "words"
                case 2:
                    text, made = any_text(draw) + seed, "before"
                case _:
                    text, made = mutated_text(seed, draw), "changed"
            yield HostileInput(
                self.name, draw.choice(("page", "reader")), text.encode("utf-8", "replace"), made
            )

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        text = one.data.decode()
        if one.entrance == "page":
            return self._site.office.post("/teach/receipts/", [("text", text)]).status_code
        return 200 if self._site.register.receipts.verify(text).receipt is not None else 422


def _other_words(seed: str, draw: random.Random) -> str:
    """A seed with another word in the place of one of its own."""
    words = seed.split(" ")
    words[draw.randrange(len(words))] = draw.choice(
        (*_OFFSETS, *_MOMENTS, "PRESENT", "ABSENT", "0", "", "\u0130")
    )
    return " ".join(words)
