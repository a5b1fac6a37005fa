"""Presents everything to a check, one person after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.presenting import Performer
from face_detection.pad_kit.results.pad_report import TRIES, JudgedPresentation
from face_detection.pad_kit.values import Direction, Judge, Presentation, PresentationKind

TARGETS = (
    PresentationKind.LIVE,
    PresentationKind.PRINT_HELD,
    PresentationKind.PRINT_TURNED,
    PresentationKind.PRINT_TILTED,
    PresentationKind.PRINT_WAVED,
    PresentationKind.PHOTOS_SWITCHED,
    PresentationKind.REPLAY_WRONG,
)
"""The kinds that are to be refused always, and live people who are not: they need the most people."""


@dataclass(frozen=True)
class RunPlan:
    """What is presented.

    Attributes:
        kinds: what to make.
        others: with how many people the kinds that are not among ``TARGETS`` are made; None: with all.
        movements: how many movements the page asks for, 1 or 2.
        seed: draws everything.
    """

    kinds: tuple[PresentationKind, ...] = tuple(PresentationKind)
    others: int | None = None
    movements: int = 1
    seed: int = 0

    def kinds_for(self, number: int) -> tuple[PresentationKind, ...]:
        """What is made with the person of a number, from 0."""
        few = self.others is not None and number >= self.others
        return tuple(kind for kind in self.kinds if kind in TARGETS or not few)


def required_pair(portraits: Sequence[FacePortrait], folder: object) -> None:
    """Raise ``PadMaterialError`` unless there are two people, as some attacks need."""
    if len(portraits) < 2:
        raise PadMaterialError(
            f"{folder} has {len(portraits)} people who look straight at the camera, with both eyes. "
            "Two are needed, and some hundreds for rates that say much."
        )


def judged_stills(
    people: Iterable[tuple[int, FacePortrait, FacePortrait]], plan: RunPlan, judge: Judge
) -> Iterator[JudgedPresentation]:
    """What becomes of presentations made from stills.

    Args:
        people: each with a number and a helper.
        plan: what to make.
        judge: the check.
    """
    for number, portrait, other in people:
        performer = Performer(portrait, other, plan.seed)
        for kind in plan.kinds_for(number):
            for attempt in range(TRIES if kind is PresentationKind.LIVE else 1):
                asked = asked_of(portrait.person, kind, attempt, plan)
                yield judged(performer.present(kind, asked, attempt), judge)


def judged(presentation: Presentation, judge: Judge) -> JudgedPresentation:
    """What becomes of one presentation."""
    answer = judge(presentation)
    return JudgedPresentation(str(presentation.kind), presentation.person, answer.passed, answer.why)


def asked_of(person: str, kind: PresentationKind, attempt: int, plan: RunPlan) -> tuple[Direction, ...]:
    """What the page asks for: one of two sides, or two different movements of four."""
    names = crc32(person.encode()), crc32(kind.encode())
    rng = np.random.default_rng([plan.seed, *names, attempt, plan.movements])
    choices = list(Direction) if plan.movements > 1 else [Direction.LEFT, Direction.RIGHT]
    return tuple(choices[number] for number in rng.permutation(len(choices))[: plan.movements])


def with_helpers(portraits: Sequence[FacePortrait]) -> Iterator[tuple[int, FacePortrait, FacePortrait]]:
    """Each person with a number, and the next one as a helper."""
    for number, portrait in enumerate(portraits):
        yield number, portrait, portraits[(number + 1) % len(portraits)]
