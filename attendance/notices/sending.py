"""Sends letters one by one: their notices are claimed first, so that none is sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from attendance.audit.chain.encoding import head_text
from attendance.clock import Clock
from attendance.errors import StudentNotFoundError
from attendance.notices.letters import Letter, letters_of
from attendance.notices.mail import MailConnection
from attendance.notices.mail_errors import MailRefusedError, MailServerError, MailUnsureError
from attendance.notices.planning import Planner
from attendance.notices.problems import NoticeProblem, NoticeProblemCode
from attendance.notices.topics import claim_of
from attendance.notices.values import Planned, Step
from attendance.notices.wording import Writer
from attendance.store.protocol import Store
from attendance.values import Notice, NoticeState

Connect = Callable[[], MailConnection]
"""Opens a connection to the mail server; raises ``MailServerError``."""


@dataclass(frozen=True)
class Sent:
    """The result of one sending.

    Attributes:
        sent: how many e-mails the mail server accepted.
        failed: how many it rejected for good.
        later: how many are tried again.
        unsure: for how many it is unknown.
        problem: why it ended early; None where it did not.
    """

    sent: int = 0
    failed: int = 0
    later: int = 0
    unsure: int = 0
    problem: str | None = None


_COUNTED = {
    None: "sent",
    NoticeProblemCode.REFUSED: "failed",
    NoticeProblemCode.LATER: "later",
    NoticeProblemCode.UNSURE: "unsure",
}


class Sender:
    """Sends what is due; several processes may do so at once.

    Args:
        store: the register's database.
        clock: the source of the time.
        planner: checks whether a notice is still true.
        writer: writes the notices.
        connect: opens a connection to the mail server.
        stopped: checked between two notices; True stops sending.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        planner: Planner,
        writer: Writer,
        connect: Connect,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._planner = planner
        self._writer = writer
        self._connect = connect
        self._stopped = stopped

    def send(self, planned: Iterable[Planned]) -> Sent:
        """Send those that are due.

        Nothing is claimed before the login to the mail server, so that an unavailable server, or a wrong
        password, leaves everything as it was.
        """
        due = letters_of(one for one in planned if one.step is Step.DUE)
        result = Sent()
        line: MailConnection | None = None
        try:
            for one in due:
                if self._stopped():
                    break
                if line is None:
                    line = self._connect()
                problem = self._send(one, line)
                if isinstance(problem, _NotSent):
                    continue
                if isinstance(problem, _LineLost):
                    line = None
                    problem = problem.problem
                name = _COUNTED[problem.code if problem else None]
                result = replace(result, **{name: getattr(result, name) + 1})
        except MailServerError as error:
            result = replace(result, problem=str(error))
        finally:
            if line is not None:
                line.close()
        return result

    def _head(self) -> str:
        """The head of the audit trail, of which each mailbox keeps a copy."""
        head = self._store.audit_head()
        return "" if head is None else head_text(head)

    def _send(self, letter: Letter, line: MailConnection) -> NoticeProblem | _LineLost | _NotSent | None:
        """Send one; None if the mail server accepted it."""
        claimed = self._claimed(letter)
        if not claimed:
            return _NotSent()
        parts, entries = [part for part, _entry in claimed], [entry for _part, entry in claimed]
        to = parts[0].to
        assert to is not None
        message = self._writer.message(parts, now=self._clock.now(), audit_head=self._head())
        try:
            line.send(message, sender=self._writer.sender.address, to=to)
        except MailRefusedError as error:
            code = NoticeProblemCode.LATER if error.is_temporary else NoticeProblemCode.REFUSED
            return self._failed(entries, NoticeProblem(code, str(error)))
        except MailServerError as error:
            return _LineLost(self._failed(entries, NoticeProblem(NoticeProblemCode.LATER, str(error))))
        except MailUnsureError as error:
            problem = NoticeProblem(NoticeProblemCode.UNSURE, str(error))
            self._store_results(entries, state=NoticeState.CLAIMED, problem=str(problem))
            return _LineLost(problem)
        now = self._clock.now()
        self._store_results(entries, state=NoticeState.SENT, sent_at=now, problem=None)
        return None

    def _claimed(self, letter: Letter) -> list[tuple[Planned, Notice]]:
        """The notices of a letter that are ours alone now, with their entries.

        Where another process has one, it is sending this letter: what follows is left to it.
        """
        claimed = []
        for part in letter.parts:
            if not self._planner.still_holds(part):
                continue
            entry = self._claimed_entry(part)
            if entry is None:
                break
            claimed.append((part, entry))
        return claimed

    def _claimed_entry(self, one: Planned) -> Notice | None:
        """The entry that is ours alone now; None where it is another process's, or held back."""
        if one.known is None:
            fresh = claim_of(one, self._clock.now())
            try:
                return fresh if self._store.claim_notice(fresh) else None
            except StudentNotFoundError:
                return None
        again = replace(
            one.known,
            to=one.to or one.known.to,
            state=NoticeState.CLAIMED,
            problem=None,
            version=one.known.version + 1,
        )
        return again if self._store.replace_notice(again) else None

    def _failed(self, claimed: Sequence[Notice], problem: NoticeProblem) -> NoticeProblem:
        self._store_results(claimed, state=NoticeState.FAILED, problem=str(problem))
        return problem

    def _store_results(self, claimed: Sequence[Notice], **changes: object) -> None:
        """Store the result; if that fails, the notices stay claimed, and are not sent again."""
        for entry in claimed:
            self._store.replace_notice(replace(entry, version=entry.version + 1, **changes))  # type: ignore[arg-type]  # fields by name


@dataclass(frozen=True)
class _NotSent:
    """There was nothing (or no longer anything) to send."""


@dataclass(frozen=True)
class _LineLost:
    """The connection was lost.

    Attributes:
        problem: what became of the notice.
    """

    problem: NoticeProblem
