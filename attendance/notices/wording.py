"""The text of notices to students and guardians."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from babel.dates import format_date
from babel.numbers import format_percent

from attendance.notices.values import Planned
from attendance.settings.mail_settings import MailSender
from attendance.values import NoticeKind
from attendance.values.roll_numbers import clean_text

Translate = Callable[[str], str]
"""Translates a text into the language of the notices; returns it unchanged without a catalogue."""


def _l(text: str) -> str:
    """Marks a text for the catalogues (docs/translating.md)."""
    return text


_SUBJECTS = {
    NoticeKind.ABSENT: _l("Absent on %(day)s: %(course)s"),
    NoticeKind.BELOW_LIMIT: _l("Attendance below %(limit)s: %(course)s"),
}
_TO_STUDENT = {
    NoticeKind.ABSENT: _l("You were not marked present in %(course)s on %(day)s at %(time)s."),
    NoticeKind.BELOW_LIMIT: _l(
        "By %(day)s you have attended %(there)s of %(counted)s sessions of %(course)s that "
        "count. Your attendance rate is %(rate)s; at least %(limit)s is required."
    ),
}
_TO_GUARDIAN = {
    NoticeKind.ABSENT: _l("%(name)s was not marked present in %(course)s on %(day)s at %(time)s."),
    NoticeKind.BELOW_LIMIT: _l(
        "By %(day)s %(name)s has attended %(there)s of %(counted)s sessions of %(course)s "
        "that count. The attendance rate is %(rate)s; at least %(limit)s is required."
    ),
}
_HELLO = _l("Hello,")
_WRONG = _l("If this is wrong, or if there was a reason, please reply to this message.")
_WHY_STUDENT = _l(
    "The attendance register of %(school)s sent this automatically to the address stored "
    "for %(name)s. If you do not want such messages, please reply."
)
_WHY_GUARDIAN = _l(
    "The attendance register of %(school)s sent this automatically to the address stored "
    "for the guardian of %(name)s. If you do not want such messages, please reply."
)


@dataclass(frozen=True)
class NoticeText:
    """The text of a notice.

    Attributes:
        subject: on one line.
        text: the whole body.
    """

    subject: str
    text: str


@dataclass(frozen=True)
class Writer:
    """Writes the notices of one site.

    Attributes:
        sender: who sends them.
        zone: the site's time zone; None means the computer's own.
        language: of dates and numbers, such as ``de``.
        translate: translates sentences into that language.
    """

    sender: MailSender
    zone: tzinfo | None = None
    language: str = "en"
    translate: Translate = _l

    def text_of(self, planned: Planned) -> NoticeText:
        """What the recipient reads."""
        words = self._words(planned)
        sentences = _TO_GUARDIAN if planned.to_guardian else _TO_STUDENT
        why = _WHY_GUARDIAN if planned.to_guardian else _WHY_STUDENT
        parts = (_HELLO, sentences[planned.kind], _WRONG, why)
        text = "\n\n".join(self.translate(part) % words for part in parts)
        return NoticeText(clean_text(self.translate(_SUBJECTS[planned.kind]) % words), f"{text}\n")

    def message(self, planned: Planned, *, now: datetime) -> EmailMessage:
        """The notice as an e-mail.

        Args:
            planned: its content; has an address.
            now: for its date.
        """
        assert planned.to is not None
        text = self.text_of(planned)
        message = EmailMessage()
        message["Subject"] = text.subject
        message["From"] = Address(self.sender.name, addr_spec=self.sender.address)
        name, _, domain = planned.to.rpartition("@")
        message["To"] = Address(username=name, domain=domain)
        message["Date"] = format_datetime(now.astimezone(self.zone))
        message["Message-ID"] = self._message_id(planned.key)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no "out of office" in answer
        message["List-Unsubscribe"] = f"<mailto:{self.sender.address}?subject=unsubscribe>"
        message.set_content(text.text)
        return message

    def _message_id(self, key: str) -> str:
        """The same for the same notice, so that mailboxes show it once should it ever come twice."""
        digest = hashlib.sha256(key.encode()).hexdigest()[:40]
        return f"<{digest}@{self.sender.address.rpartition('@')[2]}>"

    def _words(self, planned: Planned) -> Mapping[str, str]:
        session = planned.session
        words = {
            "name": clean_text(planned.student.name),
            "course": clean_text(planned.course.name),
            "school": clean_text(self.sender.name),
            "day": format_date(date.fromisoformat(session.day), "full", locale=self.language),
            "time": f"{session.opens_at.astimezone(self.zone):%H:%M}",
        }
        if planned.attendance is not None:
            attendance = planned.attendance
            words |= {
                "there": str(attendance.there),
                "counted": str(attendance.counted),
                "rate": self._percent(float(attendance.share)),
                "limit": self._percent(float(attendance.limit)),
            }
        return words

    def _percent(self, rate: float) -> str:
        return str(format_percent(rate, "#,##0.#%", locale=self.language))
