"""A verdict has a code for everything, and survives being kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from attendance.marks.verdict import Verdict, VerdictCode, VerdictStatus
from face_detection.problems import PhotoProblem


@pytest.mark.parametrize("problem", PhotoProblem)
def test_each_photo_problem_is_a_code(problem: PhotoProblem) -> None:
    assert Verdict(VerdictCode(problem.value), "s").status is VerdictStatus.PHOTO_PROBLEM


def test_only_photo_problems_have_that_status() -> None:
    problems = {problem.value for problem in PhotoProblem}
    found = {c.value for c in VerdictCode if Verdict(c, "s").status is VerdictStatus.PHOTO_PROBLEM}
    others = {VerdictCode.MOVE_AGAIN, VerdictCode.STAY_IN_VIEW, VerdictCode.NUMBER_NEEDED}
    assert found == problems | {code.value for code in others}


@pytest.mark.parametrize("code", VerdictCode)
def test_what_is_kept_is_what_comes_back(code: VerdictCode) -> None:
    at = datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)
    for verdict in (Verdict(code, "general|2026-11-23"), Verdict(code, "s", "id", "Grace Hopper", at)):
        assert Verdict.from_answer(verdict.to_answer()) == verdict


def test_an_answer_that_version_0_1_kept_reads_as_a_stranger_reads_it() -> None:
    kept = Verdict(VerdictCode.NOT_FOUND, "s").to_answer() | {"code": "not_on_roster"}
    assert Verdict.from_answer(kept) == Verdict(VerdictCode.NOT_FOUND, "s")
