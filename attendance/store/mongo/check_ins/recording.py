"""A whole check-in in the MongoDB register: one command after another, the answer last.

A process that dies in between leaves the grant bound to the photo, and perhaps the mark; the same attempt
goes on from there. An answer is never there without the mark that it speaks of.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pymongo import DESCENDING

from attendance.clock import EPOCH
from attendance.errors import StoreUnavailableError
from attendance.store.mongo.alarms.traces import MongoTraces
from attendance.store.mongo.check_ins.grants import MongoGrants, answer_key
from attendance.store.mongo.documents import from_document
from attendance.store.mongo.marks import MongoMarks
from attendance.store.mongo.students import keep_if_student
from attendance.store.whole_check_ins import CheckInRecord, CheckInState, CheckInWritten, student_named
from attendance.values import Course, GrantAnswer, Mark, MarkStatus, Session

LATEST_FIRST = [("at", DESCENDING), ("_id", DESCENDING)]
THERE = [status.value for status in MarkStatus if status.is_there]


class MongoCheckIns(MongoGrants, MongoMarks, MongoTraces):
    """Check-ins as a whole, made of grants, marks, traces and answers."""

    def check_in_state(
        self, session_id: str, grant_ids: Collection[str], digest: str, now: datetime
    ) -> CheckInState:
        """See ``Store``."""
        kept = self.answer(next(iter(grant_ids)), digest, now)
        with self._connection.register() as register:
            spent = list(register["grants"].find({"_id": {"$in": [*grant_ids]}}))
            session = register["sessions"].find_one({"_id": session_id})
            course = None
            if session is not None:
                course = register["courses"].find_one({"_id": session["course_id"]})
        return CheckInState(
            session=None if session is None else from_document(Session, session),
            course=None if course is None else from_document(Course, course),
            kept=kept,
            named=None if kept is None else self._named(kept),
            spent={str(grant["_id"]): str(grant["digest"]) for grant in spent},
        )

    def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
        """See ``Store``; a trace costs two commands, which can wait until the phone has its answer."""
        answer, mark = check_in.answer, check_in.mark
        bound_to = self.spend_grant(answer.grant_id, answer.digest, check_in.grant_until)
        if bound_to != answer.digest:
            return CheckInWritten(bound_to)
        if mark is not None and not self._write(mark):  # perhaps because the same attempt was recorded before
            return CheckInWritten(bound_to, self.answer(answer.grant_id, answer.digest, EPOCH))
        try:
            return CheckInWritten(bound_to, self._keep(answer), has_mark=mark is not None)
        except StoreUnavailableError:
            if mark is None:
                raise
            return CheckInWritten(bound_to, has_mark=True)  # so that whoever listens hears of the mark

    def students_of_device(self, device: str, latest: int) -> list[str]:
        """See ``Store``."""
        with self._connection.register() as register:
            traces = list(register["traces"].find({"device": device}).sort(LATEST_FIRST).limit(latest))
            named = {f"{trace['session_id']}|{trace['student_id']}": trace["student_id"] for trace in traces}
            if not named:
                return []
            wanted = {"_id": {"$in": [*named]}, "status": {"$in": THERE}, "under_review": False}
            there = {mark["_id"] for mark in register["marks"].find(wanted, ("_id",))}
        return list(dict.fromkeys(student_id for mark, student_id in named.items() if mark in there))

    def _keep(self, answer: GrantAnswer) -> GrantAnswer:
        """Keep an answer, and no longer than the student whom it names."""
        kept, named = self.keep_answer(answer), student_named(answer)
        if named is not None:
            with self._connection.register() as register:
                keep_if_student(register, "answers", answer_key(answer.grant_id, answer.digest), named)
        return kept

    def _write(self, mark: Mark) -> bool:
        return self.insert_mark(mark) if mark.version == 1 else self.replace_mark(mark)

    def _named(self, kept: GrantAnswer) -> Mark | None:
        """The mark of the student whom an answer names."""
        return self.mark(kept.answer.get("session_id") or "", kept.answer.get("student_id") or "")
