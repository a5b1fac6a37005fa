"""Marks that check-ins give, each written in one step with its grant, its answer and its trace."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.classes.mark_changes import MOST_ROUNDS, MarkFacts, mark_with, status_at
from attendance.clock import Clock
from attendance.errors import StoreUnavailableError, StudentNotFoundError
from attendance.marks.check_in_attempt import GrantLedger
from attendance.marks.evidence import noted_again
from attendance.marks.last_word import BY_THE_STUDENT, is_taken_back
from attendance.marks.outcomes.judged import JudgedCheckIn
from attendance.marks.verdict import Verdict, VerdictCode, verdict_on
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from attendance.values import CheckInTrace, Mark, MarkEvent, MarkMethod, Student


@dataclass(frozen=True)
class AnsweredCheckIn:
    """What a phone reads, once that is kept.

    Attributes:
        verdict: the verdict.
        has_trace: whether the trace was written with it.
    """

    verdict: Verdict
    has_trace: bool = False


class GivenMarks:
    """Gives marks to students whom photos show.

    Args:
        store: the register's database.
        clock: the source of the time.
        ledger: what grants were spent on.
    """

    def __init__(self, store: Store, clock: Clock, ledger: GrantLedger) -> None:
        self._store = store
        self._clock = clock
        self._ledger = ledger

    def give(
        self, judged: JudgedCheckIn, student: Student, score: float, trace: CheckInTrace
    ) -> AnsweredCheckIn | None:
        """Mark a student, even if others change the mark concurrently; what counts already stays.

        Args:
            judged: the check-in.
            student: whom its photo shows.
            score: how similar.
            trace: what is compared with other check-ins.

        Returns:
            None: a person has taken the mark back, so a person decides; nothing was written.

        Raises:
            StoreUnavailableError: others changed the mark in each of ``MOST_ROUNDS`` rounds.
        """
        session_id = judged.session.id
        for _ in range(MOST_ROUNDS):
            existing = self._store.mark(session_id, student.id)
            if existing is not None and is_taken_back(existing):
                return None
            wanted = self._next(judged, student, score, existing)
            mark = wanted or existing
            assert mark is not None
            verdict = verdict_on(mark, student, judged.attempt.id)
            answered = self.answer(judged, verdict, wanted, trace)
            if answered is not None:
                return answered
        raise StoreUnavailableError(
            f"The mark {session_id}|{student.id} was changed by others {MOST_ROUNDS} times; try again."
        )

    def answer(
        self,
        judged: JudgedCheckIn,
        verdict: Verdict,
        mark: Mark | None = None,
        trace: CheckInTrace | None = None,
    ) -> AnsweredCheckIn | None:
        """Spend the grant, write what is given, and keep the verdict.

        Returns:
            The verdict that was kept first, or that the grant is used, or that nobody was found, where the
            student was erased a moment ago. None: the mark was changed meanwhile, or was written and the
            answer was not.
        """
        try:
            return self._recorded(judged, verdict, mark, trace)
        except StudentNotFoundError:
            return self._recorded(judged, Verdict(VerdictCode.NOT_FOUND, judged.session.id))

    def _recorded(
        self,
        judged: JudgedCheckIn,
        verdict: Verdict,
        mark: Mark | None = None,
        trace: CheckInTrace | None = None,
    ) -> AnsweredCheckIn | None:
        attempt = judged.attempt
        answer = self._ledger.answer(judged.session, attempt, verdict)
        written = self._store.record_check_in(CheckInRecord(answer, attempt.expires_at, mark, trace))
        if written.bound_to != attempt.digest:
            return AnsweredCheckIn(Verdict(VerdictCode.GRANT_USED, judged.session.id))
        if written.answer is None:
            return None
        return AnsweredCheckIn(Verdict.from_answer(written.answer.answer), written.has_trace)

    def _next(
        self, judged: JudgedCheckIn, student: Student, score: float, existing: Mark | None
    ) -> Mark | None:
        """The mark that follows; None if it stays as it is."""
        session, attempt, came = judged.session, judged.attempt, judged.came_at
        if existing is not None and existing.attempt == attempt.id:
            return None
        if existing is not None and existing.counts_as_there:
            return noted_again(existing, attempt, self._clock)
        event = MarkEvent(
            at=judged.at,
            status=status_at(session, came),
            method=MarkMethod.FACE,
            by=BY_THE_STUDENT,
            came_at=came if came < judged.at else None,
        )
        facts = MarkFacts(
            at=came, score=score, device=attempt.device, attempt=attempt.id, evidence=judged.evidence
        )
        return mark_with(existing, session=session, student_id=student.id, event=event, details=facts)
