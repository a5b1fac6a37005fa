"""The error rates in the words of ISO/IEC 30107-3: APCER of each species of attack, and BPCER."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from face_detection.pad_kit.results.intervals import PadRate, rate_over_people
from face_detection.pad_kit.values import PresentationKind

TRIES = 2
"""Tries after which a check-in is held for the teacher."""


@dataclass(frozen=True)
class JudgedPresentation:
    """What became of one presentation.

    Attributes:
        kind: what was presented.
        person: whose face it shows.
        passed: whether it was taken for a live person.
        why: codes of what was refused.
    """

    kind: str
    person: str
    passed: bool
    why: tuple[str, ...]


@dataclass(frozen=True)
class SpeciesRate:
    """How a check did with presentations of one kind.

    Attributes:
        kind: the kind.
        rate: APCER for attacks: the share that passed. BPCER for live people: the share that was refused.
        why: how often each reason was given, the most frequent first.
    """

    kind: str
    rate: PadRate
    why: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PadReport:
    """The result of a run.

    Attributes:
        check: what judged: names of engine and detector, and whether the face mesh was there.
        material: what was presented, in a sentence.
        seed: draws the presentations.
        live: BPCER of each kind of live presentations: stand-ins, recordings.
        held: the share of live people who fail ``TRIES`` times in a row; None without as many tries.
        attacks: APCER of each species, never averaged over them.
    """

    check: str
    material: str
    seed: int
    live: tuple[SpeciesRate, ...]
    held: PadRate | None
    attacks: tuple[SpeciesRate, ...]


def report_of(judged: Sequence[JudgedPresentation], *, check: str, material: str, seed: int) -> PadReport:
    """Count what became of all presentations.

    Args:
        judged: the presentations, each person's tries in their order.
        check: what judged.
        material: what was presented.
        seed: what drew it.
    """
    kinds = list(dict.fromkeys(each.kind for each in judged))
    known = {kind.value: place for place, kind in enumerate(PresentationKind)}
    kinds.sort(key=lambda kind: (known.get(kind, len(known)), kind))
    by_kind = {kind: [each for each in judged if each.kind == kind] for kind in kinds}
    live = [kind for kind in kinds if is_live(kind)]
    return PadReport(
        check,
        material,
        seed,
        tuple(_species(kind, by_kind[kind], passed=False) for kind in live),
        _held([each for kind in live for each in by_kind[kind]]),
        tuple(_species(kind, by_kind[kind], passed=True) for kind in kinds if kind not in live),
    )


def is_live(kind: str) -> bool:
    """Whether presentations of this kind are bona fide."""
    return kind.startswith(PresentationKind.LIVE)


def _species(kind: str, judged: Sequence[JudgedPresentation], *, passed: bool) -> SpeciesRate:
    events: dict[str, int] = defaultdict(int)
    tries: dict[str, int] = defaultdict(int)
    for each in judged:
        tries[each.person] += 1
        events[each.person] += each.passed is passed
    why = Counter(reason for each in judged for reason in each.why[:1])
    rate = rate_over_people([events[person] for person in tries], list(tries.values()))
    return SpeciesRate(kind, rate, tuple(why.most_common()))


def _held(judged: Sequence[JudgedPresentation]) -> PadRate | None:
    """The share of people whose first tries all failed, among those with as many."""
    tries: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for each in judged:
        tries[each.kind, each.person].append(each.passed)
    whole = [results[:TRIES] for results in tries.values() if len(results) >= TRIES]
    if not whole:
        return None
    return rate_over_people([int(not any(results)) for results in whole], [1] * len(whole))
