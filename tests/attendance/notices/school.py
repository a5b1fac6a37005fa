"""A school that writes notices: a real register, a real mail server, and students who come or don't."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from attendance.notices.mail import MailConnection
from attendance.notices.service import Notices
from attendance.notices.values import Planned
from attendance.people.new_student import NewStudent
from attendance.reports.content.report_builder import Reports
from attendance.settings.mail_settings import MailSender, SmtpServer
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Course, MarkStatus, Notice, NoticeKind, Session
from tests.attendance.site import ZONE, Site

LIMIT = Fraction(3, 4)
SENDER = MailSender("School of Physics", "office@school.example")
WAIT = timedelta(minutes=60)
COLLINS, HOPPER = "1", "2"  # roll numbers
SECONDS = 5.0  # for answers of the mail server, which a busy machine gives in less


def settings_of(site_settings: Settings, server: SmtpServer | None, **changes: object) -> Settings:
    """The settings of a school that writes about everything."""
    return replace(
        site_settings,
        time_zone=ZONE,
        limit=LIMIT,
        smtp=server,
        mail_from=SENDER,
        notices=frozenset(NoticeKind),
        notices_after=WAIT,
        **changes,  # type: ignore[arg-type]  # fields by name
    )


class School:
    """One course with Eileen Collins (1) and Grace Hopper (2), and its notices.

    Args:
        site: everything else.
        settings: see ``settings_of``.
        store: None means the site's.
    """

    def __init__(self, site: Site, settings: Settings, *, store: Store | None = None) -> None:
        self.site = site
        self.settings = settings
        self.reports = Reports(
            site.store, site.clock, zone=ZONE, limit=LIMIT, settle=site.class_sessions.settle_due
        )
        self.notices = Notices(
            store or site.store,
            site.clock,
            settings=settings,
            reports=self.reports,
            connect=self._connect,
        )

    def opens(self, name: str = "Physics") -> Course:
        """Add the students, where they are not there yet, and a course of them."""
        if not self.site.students.all():
            for number, who, email in (
                (COLLINS, "Eileen Collins", "eileen"),
                (HOPPER, "Grace Hopper", "grace"),
            ):
                self.site.students.add(NewStudent(number, who, email=f"{email}@students.example"))
        return self.site.courses.add(name, roster=[COLLINS, HOPPER])

    def holds(self, course: Course, present: Iterable[str] = (), **marks: str) -> Session:
        """Hold a session of 30 minutes: these are present, everybody else is absent, a day passes before."""
        self.site.clock.advance(days=1)
        session = self.site.class_sessions.open_now(course.id, by="t1")
        for roll_number in present:
            self.marks(session, roll_number, MarkStatus.PRESENT)
        for roll_number, status in marks.items():
            self.marks(session, roll_number.removeprefix("s"), MarkStatus(status))
        self.site.clock.advance(minutes=30)
        return self.site.closing.close(session.id, by="t1")

    def marks(self, session: Session, roll_number: str, status: MarkStatus) -> None:
        """Mark by hand."""
        self.site.marking.mark(roll_number, status, by="t1", session=session)

    def waits(self) -> None:
        """Move the clock past the time for corrections."""
        self.site.clock.advance(minutes=61)

    def due(self, kind: NoticeKind | None = None) -> list[tuple[str, str]]:
        """What would go out now: what about, and whom."""
        return [
            (one.kind.value, one.student.roll_number)
            for one in self.planned()
            if one.step.value == "due" and kind in (None, one.kind)
        ]

    def planned(self) -> list[Planned]:
        """Everything that comes."""
        return self.notices.plan()

    def entries(self) -> list[Notice]:
        """The entries in the register, oldest first."""
        return self.site.store.notices()

    def _connect(self) -> MailConnection:
        assert self.settings.smtp is not None
        return MailConnection(self.settings.smtp, seconds=SECONDS)
