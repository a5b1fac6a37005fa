"""No refusal is a dead end."""

from __future__ import annotations

from enum import StrEnum

import pytest

from attendance.marks.verdict import Verdict, VerdictCode, VerdictStatus
from client.problems.refusals import RequestProblem
from client.problems.sentences import words_for
from client.problems.ways_on import LATER, NEW_CODE

REFUSED = [code for code in VerdictCode if Verdict(code, "").status is VerdictStatus.REFUSED]
ELSEWHERE = {  # what only somebody at another device can be about
    RequestProblem.ONLY_THIS_COMPUTER,
    RequestProblem.KIOSK_LOCKED,
}


@pytest.mark.parametrize("code", [*REFUSED, *RequestProblem])
def test_every_refusal_leads_to_a_code_to_another_try_or_to_the_teacher(code: StrEnum) -> None:
    sentence = words_for(code).sentence  # type: ignore[arg-type]
    assert code in NEW_CODE | LATER | ELSEWHERE or "teacher" in sentence


@pytest.mark.parametrize("code", sorted(NEW_CODE))
def test_who_is_sent_to_their_teacher_is_not_sent_to_the_code(code: StrEnum) -> None:
    assert not words_for(code).sentence.startswith("Please tell your teacher")  # type: ignore[arg-type]
