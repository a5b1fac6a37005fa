"""Chooses the still of each person that presentations are made from, before any of them is made.

The same still serves the stand-ins for the live head and all attacks, and what the stills lack is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from face_detection.pad_kit.material.portraits import LEAST_SYMMETRY, FacePortrait, portrait_of


class StillFault(StrEnum):
    """Why no presentations are made from a still."""

    NO_EYES = "no pair of eyes"
    UNLIKE_MIRRORED = "a face unlike its own mirror image"
    NO_FACE = "no face for the server's detector"
    SEVERAL_FACES = "other faces around"
    LOOKS_ASIDE = "a head that is turned already"
    UNFIT = "too little quality for a check-in"


Look = Callable[[FacePortrait], StillFault | None]
"""What the server's own detector finds wrong with a still."""


@dataclass(frozen=True, eq=False)
class StillChoice:
    """What became of a person's stills.

    Attributes:
        portrait: the chosen one; None if none can be used.
        faults: of those that were looked at before it was found.
    """

    portrait: FacePortrait | None
    faults: tuple[StillFault, ...]


def choose(stills: tuple[str, tuple[Path, ...]], look: Look) -> StillChoice:
    """The person's still that is most like its own mirror image, of those that show one straight face.

    Args:
        stills: a person's name and photos.
        look: see `Look`; it is asked last.
    """
    person, paths = stills
    found = [portrait_of(person, path) for path in paths]
    portraits = [portrait for portrait in found if portrait is not None]
    faults = [StillFault.NO_EYES] * (len(found) - len(portraits))
    for portrait in sorted(portraits, key=lambda each: -each.symmetry):
        unlike = portrait.symmetry < LEAST_SYMMETRY
        fault = StillFault.UNLIKE_MIRRORED if unlike else look(portrait)
        if fault is None:
            return StillChoice(portrait, tuple(faults))
        faults.append(fault)
    return StillChoice(None, tuple(faults))


class LeftOut:
    """Counts what is left out while people are chosen."""

    def __init__(self) -> None:
        self._faults: Counter[StillFault] = Counter()
        self._people = 0

    def usable(
        self, choices: Iterable[StillChoice], most: int | None, skip: int = 0
    ) -> Iterator[FacePortrait]:
        """The chosen portraits, at most so many; the choices after the last one don't count.

        Args:
            choices: of one person each.
            most: how many; None: all.
            skip: how many are passed over at the beginning, with what was left out among them: people of an
                earlier run.
        """
        count = 0
        for choice in after(choices, skip):
            self._faults.update(choice.faults)
            if choice.portrait is None:
                self._people += 1
                continue
            yield choice.portrait
            count += 1
            if count == most:
                return

    @property
    def sentence(self) -> str:
        """What was left out, for the report; empty if nothing was."""
        if not self._faults:
            return ""
        listed = ", ".join(
            f"{self._faults[fault]} with {fault}" for fault in StillFault if fault in self._faults
        )
        stills = f"{self._faults.total()} stills ({listed})"
        return f"Left out before anything was made: {stills}, among them all stills of {self._people} people."


def after(choices: Iterable[StillChoice], people: int) -> Iterator[StillChoice]:
    """The choices that follow the one of the last of so many people of whom there is a portrait."""
    following = iter(choices)
    while people and (choice := next(following, None)) is not None:
        people -= choice.portrait is not None
    return following
