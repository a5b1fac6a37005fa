"""Every code has words, and the words keep the house's tone."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from attendance.marks.verdict import VerdictCode
from client.problems.refusals import RequestProblem
from client.problems.sentences import words_for
from client.problems.table import status_of
from face_detection.problems import PhotoProblem

ALL = [*VerdictCode, *RequestProblem]


@pytest.mark.parametrize("code", ALL)
def test_every_code_has_a_title_and_a_sentence(code: VerdictCode | RequestProblem) -> None:
    words = words_for(code)
    assert words.title
    assert len(words.title) <= 34
    assert words.sentence.endswith(".")


@pytest.mark.parametrize("problem", PhotoProblem)
def test_everything_that_a_photo_can_lack_has_a_sentence(problem: PhotoProblem) -> None:
    assert words_for(VerdictCode(problem.value)).sentence


def test_no_two_codes_are_the_same_word() -> None:
    """The page looks its titles up by code, over both sets."""
    values = [str(code) for code in ALL]
    assert len(values) == len(set(values))


@pytest.mark.parametrize("code", ALL)
def test_the_tone_is_calm_and_plain(code: StrEnum) -> None:
    words = words_for(code)  # type: ignore[arg-type]
    text = f"{words.title} {words.sentence}"
    assert "!" not in text
    assert not re.search(r"score|error|invalid|token|grant|failed|server|upload|%", text, re.IGNORECASE)
    assert len(words.sentence) <= 110


def test_what_a_face_lacks_is_said_with_what_to_do() -> None:
    assert words_for(VerdictCode.TOO_DARK).sentence == "Your face is too dark. Turn towards the light."


@pytest.mark.parametrize("problem", RequestProblem)
def test_every_refusal_has_its_status(problem: RequestProblem) -> None:
    assert status_of(problem) >= 400
