"""The still of each person is chosen before any presentation is made, and what is left out is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from face_detection.liveness.five_points import NOD_HEIGHT, NOSE_HEIGHT, UPRIGHT_NOSE
from face_detection.pad_kit.material.choosing import LeftOut, StillChoice, StillFault, choose
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.server_check import MOST_PITCH, MOST_YAW, fault_of_faces
from face_detection.values import Face
from tests.face_detection.pad_kit.stills import eileen
from tests.portraits import grace_hopper, skimage_picture


@pytest.fixture
def photos(tmp_path: Path) -> tuple[Path, ...]:
    made = {
        "a.jpg": skimage_picture("coffee"),
        "b.jpg": skimage_picture("astronaut"),
        "c.jpg": grace_hopper(),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return tuple(tmp_path / name for name in made)


def faultless(_still: FacePortrait) -> None:
    return None


def test_the_still_most_like_its_mirror_image_is_chosen(photos: tuple[Path, ...]) -> None:
    alone = [choose(("somebody", (path,)), faultless).portrait for path in photos[1:]]
    likeness = [portrait.symmetry for portrait in alone if portrait is not None]
    choice = choose(("somebody", photos), faultless)
    assert choice.portrait is not None
    assert choice.portrait.symmetry == max(likeness)
    assert choice.faults == (StillFault.NO_EYES,)  # the cup; the other still was not needed


def test_a_still_with_a_fault_makes_room_for_the_next(photos: tuple[Path, ...]) -> None:
    looked: list[FacePortrait] = []

    def look(still: FacePortrait) -> StillFault | None:
        looked.append(still)
        return StillFault.SEVERAL_FACES if len(looked) == 1 else None

    choice = choose(("somebody", photos), look)
    assert choice.portrait is looked[1]
    assert looked[0].symmetry >= looked[1].symmetry
    assert choice.faults == (StillFault.NO_EYES, StillFault.SEVERAL_FACES)


def test_nobody_is_shown_whose_stills_all_have_faults(photos: tuple[Path, ...]) -> None:
    choice = choose(("somebody", photos), lambda _still: StillFault.LOOKS_ASIDE)
    assert choice.portrait is None
    assert choice.faults == (StillFault.NO_EYES, StillFault.LOOKS_ASIDE, StillFault.LOOKS_ASIDE)


def face(yaw: float, pitch: float) -> Face:
    nose = 50 + NOSE_HEIGHT * 40 * yaw, 30 + 40 * (UPRIGHT_NOSE - NOD_HEIGHT * pitch)
    points = np.array([[30, 30], [70, 30], nose, [30, 70], [70, 70]], np.float32)
    return Face(np.array([10, 0, 90, 100], np.float32), 1.0, points)


@pytest.mark.parametrize(
    ("poses", "fault"),
    [
        ((), StillFault.NO_FACE),
        (((0, 0), (0, 0)), StillFault.SEVERAL_FACES),
        (((MOST_YAW - 0.02, MOST_PITCH - 0.02),), None),
        (((MOST_YAW + 0.02, 0),), StillFault.LOOKS_ASIDE),
        (((-MOST_YAW - 0.02, 0),), StillFault.LOOKS_ASIDE),
        (((0, MOST_PITCH + 0.02),), StillFault.LOOKS_ASIDE),
        (((0, -MOST_PITCH - 0.02),), StillFault.LOOKS_ASIDE),
    ],
)
def test_one_straight_face_is_needed(
    poses: tuple[tuple[float, float], ...], fault: StillFault | None
) -> None:
    assert fault_of_faces([face(*pose) for pose in poses]) is fault


class TestCounting:
    """The report says what was left out."""

    def test_people_are_taken_until_there_are_enough(self) -> None:
        left_out = LeftOut()
        choices = [
            StillChoice(None, (StillFault.NO_EYES,)),
            StillChoice(eileen(), (StillFault.SEVERAL_FACES,)),
            StillChoice(replace(eileen(), person="other"), ()),
            StillChoice(None, (StillFault.LOOKS_ASIDE,)),
        ]
        assert [each.person for each in left_out.usable(iter(choices), 2)] == ["still", "other"]
        assert left_out.sentence == (
            "Left out before anything was made: 2 stills (1 with no pair of eyes, 1 with other faces "
            "around), among them all stills of 1 people."
        )

    def test_those_of_an_earlier_run_are_passed_over_uncounted(self) -> None:
        left_out = LeftOut()
        choices = [
            StillChoice(None, (StillFault.NO_EYES,)),
            StillChoice(eileen(), ()),
            StillChoice(None, (StillFault.LOOKS_ASIDE,)),
            StillChoice(replace(eileen(), person="other"), ()),
            StillChoice(replace(eileen(), person="last"), ()),
        ]
        assert [each.person for each in left_out.usable(choices, 1, skip=1)] == ["other"]
        assert "1 stills (1 with a head that is turned already)" in left_out.sentence
        assert list(left_out.usable(choices, None, skip=3)) == []

    def test_all_are_taken_where_no_number_is_named(self) -> None:
        left_out = LeftOut()
        assert list(left_out.usable([StillChoice(None, (StillFault.NO_EYES,))], None)) == []
        assert "all stills of 1 people" in left_out.sentence

    def test_nothing_is_said_where_nothing_was_left_out(self) -> None:
        left_out = LeftOut()
        assert list(left_out.usable([StillChoice(eileen(), ())], 5)) != []
        assert left_out.sentence == ""
