"""A shot of a guided set is judged as enrolment will judge it."""

from __future__ import annotations

import pytest

from attendance.enrolment.guided_shots import Pose, Shot, pose_of
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, Site


@pytest.mark.parametrize(
    ("turn", "nod", "pose"),
    [
        (0.0, 0.55, Pose.AHEAD),
        (-0.3, 0.55, Pose.LEFT),
        (0.3, 0.9, Pose.RIGHT),
        (0.0, 0.3, Pose.UP),
        (0.05, 0.8, Pose.DOWN),
    ],
)
def test_the_nose_says_where_the_head_points(turn: float, nod: float, pose: Pose) -> None:
    assert pose_of(turn, nod) is pose


def test_a_good_shot_has_a_pose_and_nothing_is_kept(site: Site) -> None:
    assert site.enrolment.judge(photo_of(COLLINS)) == Shot(pose=Pose.AHEAD)
    assert site.students.all() == []


@pytest.mark.parametrize("problem", [PhotoProblem.TOO_DARK, PhotoProblem.SEVERAL_FACES])
def test_a_bad_shot_says_what_is_wrong(site: Site, problem: PhotoProblem) -> None:
    assert site.enrolment.judge(photo_of(COLLINS, problem=problem)) == Shot(problem)


def test_what_is_no_photo_is_no_shot(site: Site) -> None:
    assert site.enrolment.judge(b"not a photo").problem is PhotoProblem.NOT_AN_IMAGE
