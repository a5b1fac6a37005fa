"""The text of notices to students and guardians."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from gettext import NullTranslations

from babel.dates import format_date
from babel.numbers import format_percent

from attendance.notices.values import Planned
from attendance.settings.mail_settings import MailSender
from attendance.values import NoticeKind
from attendance.values.roll_numbers import clean_text

LONGEST_SUBJECT = 200  # letters: courses of a day with long names


def _l(text: str) -> str:
    """Marks a text for the catalogues (docs/translating.md)."""
    return text


def ngettext(singular: str, plural: str) -> tuple[str, str]:
    """Marks a text that has a number."""
    return singular, plural


_ABOUT_ABSENCE = _l("Absent on %(day)s: %(courses)s")
_ABOUT_LIMIT = _l("Attendance below %(limit)s: %(courses)s")
_ABSENT = {
    False: _l("You were not marked present in %(course)s on %(day)s at %(time)s."),
    True: _l("%(name)s was not marked present in %(course)s on %(day)s at %(time)s."),
}
_ABSENT_OFTEN = {
    False: ngettext(
        "On %(day)s you were not marked present in %(num)d session:",
        "On %(day)s you were not marked present in %(num)d sessions:",
    ),
    True: ngettext(
        "On %(day)s %(name)s was not marked present in %(num)d session:",
        "On %(day)s %(name)s was not marked present in %(num)d sessions:",
    ),
}
_ONE_OF_THEM = _l("%(time)s: %(course)s")
_BELOW_LIMIT = {
    False: ngettext(
        "By %(day)s you have attended %(there)d of %(num)d session of %(course)s that "
        "counts. Your attendance rate is %(rate)s; at least %(limit)s is required.",
        "By %(day)s you have attended %(there)d of %(num)d sessions of %(course)s that "
        "count. Your attendance rate is %(rate)s; at least %(limit)s is required.",
    ),
    True: ngettext(
        "By %(day)s %(name)s has attended %(there)d of %(num)d session of %(course)s "
        "that counts. The attendance rate is %(rate)s; at least %(limit)s is required.",
        "By %(day)s %(name)s has attended %(there)d of %(num)d sessions of %(course)s "
        "that count. The attendance rate is %(rate)s; at least %(limit)s is required.",
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
        catalogue: the sentences of that language; what it lacks is English.
    """

    sender: MailSender
    zone: tzinfo | None = None
    language: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations)

    def text_of(self, *parts: Planned) -> NoticeText:
        """What the recipient reads.

        Args:
            parts: all about one student and one day, and to one address.
        """
        to_guardian = parts[0].to_guardian
        translate, words = self.catalogue.gettext, self._words(parts[0])
        absences = [part for part in parts if part.kind is NoticeKind.ABSENT]
        falls = [part for part in parts if part.kind is NoticeKind.BELOW_LIMIT]
        paragraphs = [translate(_HELLO)]
        if absences:
            paragraphs.append(self._absences(absences))
        paragraphs += [self._fall(part) for part in falls]
        why = _WHY_GUARDIAN if to_guardian else _WHY_STUDENT
        paragraphs += [translate(_WRONG), translate(why) % words]
        courses = dict.fromkeys(clean_text(part.course.name) for part in absences or falls)
        about = translate(_ABOUT_ABSENCE if absences else _ABOUT_LIMIT)
        subject = about % {**self._words((absences or falls)[0]), "courses": ", ".join(courses)}
        return NoticeText(clean_text(subject)[:LONGEST_SUBJECT], "\n\n".join(paragraphs) + "\n")

    def message(self, parts: Sequence[Planned], *, now: datetime, audit_head: str = "") -> EmailMessage:
        """The notices as one e-mail.

        Args:
            parts: its content; they have an address.
            now: for its date.
            audit_head: the head of the audit trail, which a mailbox keeps in the message's header.
        """
        to = parts[0].to
        assert to is not None
        text = self.text_of(*parts)
        message = EmailMessage()
        message["Subject"] = text.subject
        message["From"] = Address(self.sender.name, addr_spec=self.sender.address)
        name, _, domain = to.rpartition("@")
        message["To"] = Address(username=name, domain=domain)
        message["Date"] = format_datetime(now.astimezone(self.zone))
        message["Message-ID"] = self._message_id("|".join(part.key for part in parts))
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no "out of office" in answer
        message["List-Unsubscribe"] = f"<mailto:{self.sender.address}?subject=unsubscribe>"
        if audit_head:
            message["X-Audit-Head"] = audit_head
        message.set_content(text.text)
        return message

    def _absences(self, parts: Sequence[Planned]) -> str:
        """The paragraph about absences of one day."""
        first = parts[0]
        if len(parts) == 1:
            return self.catalogue.gettext(_ABSENT[first.to_guardian]) % self._words(first)
        singular, plural = _ABSENT_OFTEN[first.to_guardian]
        words = {**self._words(first), "num": len(parts)}
        lines = [self.catalogue.ngettext(singular, plural, len(parts)) % words]
        one_of_them = self.catalogue.gettext(_ONE_OF_THEM)
        lines += [f"- {one_of_them % self._words(part)}" for part in parts]
        return "\n".join(lines)

    def _fall(self, part: Planned) -> str:
        """The paragraph about an attendance rate."""
        assert part.attendance is not None
        counted = part.attendance.counted
        singular, plural = _BELOW_LIMIT[part.to_guardian]
        words = {**self._words(part), "num": counted, "there": part.attendance.there}
        return self.catalogue.ngettext(singular, plural, counted) % words

    def _message_id(self, key: str) -> str:
        """The same for the same notices, so that mailboxes show them once should they ever come twice."""
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
                "rate": self._percent(float(attendance.share)),
                "limit": self._percent(float(attendance.limit)),
            }
        return words

    def _percent(self, rate: float) -> str:
        return str(format_percent(rate, "#,##0.#%", locale=self.language))
