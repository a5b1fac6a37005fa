"""What one person gets on one day is one e-mail, whatever it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attendance.notices.values import Planned, Step
from attendance.values import Student


@dataclass(frozen=True)
class Letter:
    """The notices about a student and a day that go to one address in one e-mail.

    Each keeps an entry of its own in the register, so that none is sent twice whatever becomes of the others.

    Attributes:
        parts: at least one; the absences first, by time.
    """

    parts: tuple[Planned, ...]

    @property
    def student(self) -> Student:
        """Whom it is about."""
        return self.parts[0].student

    @property
    def step(self) -> Step:
        """What happens to it next."""
        return self.parts[0].step

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its notices."""
        return tuple(part.key for part in self.parts)


def letters_of(planned: Iterable[Planned]) -> list[Letter]:
    """Put notices together that are sent together, in the order of the first of each."""
    found: dict[tuple[object, ...], list[Planned]] = {}
    for one in planned:
        found.setdefault((one.student.id, one.session.day, one.to, one.step), []).append(one)
    return [Letter(tuple(parts)) for parts in found.values()]
