"""A MongoDB server that goes away in the middle of recording a check-in."""

from __future__ import annotations

from datetime import datetime

import pytest

from attendance.errors import StoreUnavailableError
from attendance.store.mongo.check_ins.recording import MongoCheckIns
from attendance.store.whole_check_ins import CheckInRecord, CheckInWritten
from attendance.values import GrantAnswer, Mark
from tests.attendance.store.builders import NOON, answer, mark


class AwayAtTheAnswer(MongoCheckIns):
    """Writes all but the answer."""

    def spend_grant(self, grant_id: str, digest: str, expires_at: datetime) -> str:
        del grant_id, expires_at
        return digest

    def insert_mark(self, mark: Mark) -> bool:
        del mark
        return True

    def keep_answer(self, answer: GrantAnswer) -> GrantAnswer:
        raise StoreUnavailableError(answer.grant_id)


def test_a_mark_that_was_written_is_told_of_though_its_answer_is_not_kept() -> None:
    written = AwayAtTheAnswer().record_check_in(CheckInRecord(answer(), NOON, mark("s1")))
    assert written == CheckInWritten(answer().digest, has_mark=True)


def test_an_answer_that_is_not_kept_is_an_error_where_no_mark_was_written() -> None:
    with pytest.raises(StoreUnavailableError):
        AwayAtTheAnswer().record_check_in(CheckInRecord(answer(), NOON))
