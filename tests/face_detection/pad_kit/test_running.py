"""A check is shown presentations of everybody, drawn by a seed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.running import (
    TARGETS,
    RunPlan,
    asked_of,
    judged_stills,
    required_pair,
    with_helpers,
)
from face_detection.pad_kit.values import CheckAnswer, Direction, Presentation, PresentationKind
from tests.face_detection.pad_kit.stills import eileen, grace

QUICK = (PresentationKind.LIVE, PresentationKind.PRINT_HELD, PresentationKind.PRINT_BENT)


def people() -> list[FacePortrait]:
    return [replace(eileen(), person="eileen"), replace(grace(), person="grace")]


class LiveOnly:
    """A check that knows what it is shown, and remembers it."""

    def __init__(self) -> None:
        self.shown: list[Presentation] = []

    def __call__(self, shown: Presentation) -> CheckAnswer:
        self.shown.append(shown)
        return CheckAnswer(() if shown.kind == PresentationKind.LIVE else ("too_little",))


def test_everybody_tries_twice_live_and_once_each_attack() -> None:
    check = LiveOnly()
    found = list(judged_stills(with_helpers(people()), RunPlan(QUICK), check))
    assert [(each.person, each.kind, each.passed) for each in found] == [
        (person, kind, kind == "live")
        for person in ("eileen", "grace")
        for kind in ("live", "live", "print held", "print bent")
    ]
    assert found[0].why == ()
    assert found[2].why == ("too_little",)
    assert check.shown[0].frames != check.shown[1].frames


def test_kinds_without_a_target_can_be_made_with_fewer_people() -> None:
    plan = RunPlan(QUICK, others=1)
    found = [each.kind for each in judged_stills(with_helpers(people()), plan, LiveOnly())]
    assert found.count(PresentationKind.PRINT_HELD) == 2
    assert found.count(PresentationKind.PRINT_BENT) == 1
    assert PresentationKind.PRINT_BENT not in TARGETS


def test_one_movement_is_a_side_and_two_are_different() -> None:
    one = {asked_of(f"p{n}", PresentationKind.LIVE, 0, RunPlan()) for n in range(40)}
    assert one == {(Direction.LEFT,), (Direction.RIGHT,)}
    two = {asked_of(f"p{n}", PresentationKind.LIVE, 0, RunPlan(movements=2)) for n in range(200)}
    assert len(two) == 12
    assert all(len(set(turns)) == 2 for turns in two)


def test_what_is_asked_depends_on_the_seed_alone() -> None:
    plan = RunPlan(seed=4)
    asked = [asked_of(f"p{n}", PresentationKind.LIVE, 0, plan) for n in range(20)]
    assert asked == [asked_of(f"p{n}", PresentationKind.LIVE, 0, plan) for n in range(20)]
    assert asked != [asked_of(f"p{n}", PresentationKind.LIVE, 0, RunPlan(seed=5)) for n in range(20)]


def test_one_person_is_not_enough() -> None:
    with pytest.raises(PadMaterialError, match=r"faces has 1 people .* Two are needed"):
        required_pair(people()[:1], "faces")
    required_pair(people(), "faces")
