"""What is odd about check-ins, in words for the teacher: what was seen, and nothing of guilt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from attendance.alarms.copies import ENROLLED, SAME
from attendance.alarms.phones import BEFORE, CLAIMED
from attendance.marks.live_board import Board
from attendance.values import Alarm, AlarmKind, Student
from client.web.wording import clock_time, day_name

MOST_SHOWN = 8  # on the board; settling one brings up the next
MOST_NAMES = 12  # in one sentence


@dataclass(frozen=True)
class AlarmCard:
    """One alarm as the board shows it.

    Attributes:
        alarm_id: for the forms.
        anchor: an id for the page.
        sentence: what was seen.
        hint: what it may be, or what to do.
        time: when it was seen.
        may_settle_for_good: whether the same students can be left out from now on.
    """

    alarm_id: str
    anchor: str
    sentence: str
    hint: str
    time: str
    may_settle_for_good: bool


@dataclass(frozen=True)
class AlarmCards:
    """The open alarms of a board.

    Attributes:
        shown: the oldest ones.
        more: how many others there are.
        state: changes when any of this does.
    """

    shown: tuple[AlarmCard, ...]
    more: int
    state: str

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.shown) + self.more


def alarm_cards(board: Board) -> AlarmCards:
    """The cards of a board's open alarms."""
    shown = tuple(_card(alarm, board.alarmed) for alarm in board.alarms[:MOST_SHOWN])
    more = len(board.alarms) - len(shown)
    state = hashlib.sha256(repr((shown, more)).encode()).hexdigest()[:16]
    return AlarmCards(shown, more, state)


def sentence_of(alarm: Alarm, students: Mapping[str, Student]) -> str:
    """What was seen.

    Args:
        alarm: an alarm.
        students: those whom it names, by their ids.
    """
    names = sorted(students[each].name for each in alarm.student_ids if each in students)
    if not names:
        return str(_("Something about check-ins of students who are no longer in the register."))
    return _SENTENCES[alarm.kind](names, alarm)


def _card(alarm: Alarm, students: Mapping[str, Student]) -> AlarmCard:
    return AlarmCard(
        alarm_id=alarm.id,
        anchor=f"alarm-{hashlib.sha256(alarm.id.encode()).hexdigest()[:12]}",
        sentence=sentence_of(alarm, students),
        hint=_hint(alarm),
        time=clock_time(alarm.at),
        may_settle_for_good=alarm.kind is AlarmKind.SHARED_PHONE,
    )


def _shared_phone(names: list[str], alarm: Alarm) -> str:
    first, second = names[0], names[-1]
    if BEFORE in alarm.detail:
        return str(
            _("%(first)s and %(second)s used the same phone on different days.", first=first, second=second)
        )
    return str(_("%(first)s and %(second)s checked in with the same phone.", first=first, second=second))


def _two_phones(names: list[str], _alarm: Alarm) -> str:
    return str(_("%(name)s checked in with two different phones.", name=names[0]))


def _copy(names: list[str], alarm: Alarm) -> str:
    name, is_same = names[0], SAME in alarm.detail
    if ENROLLED in alarm.detail:
        if is_same:
            return str(_("The photo of %(name)s is an enrolled photo.", name=name))
        return str(_("The photo of %(name)s is nearly the same picture as an enrolled photo.", name=name))
    at = datetime.fromisoformat(alarm.detail[-1])
    day, time = day_name(at), clock_time(at)
    if day == day_name(alarm.at):
        if is_same:
            return str(_("The photo of %(name)s was sent before, at %(time)s.", name=name, time=time))
        return str(
            _(
                "The photo of %(name)s is nearly the same picture as one that was sent at %(time)s.",
                name=name,
                time=time,
            )
        )
    if is_same:
        return str(
            _("The photo of %(name)s was sent before, on %(day)s at %(time)s.", name=name, day=day, time=time)
        )
    sentence = _(
        "The photo of %(name)s is nearly the same picture as one that was sent on %(day)s at %(time)s.",
        name=name,
        day=day,
        time=time,
    )
    return str(sentence)


def _virtual_camera(names: list[str], alarm: Alarm) -> str:
    return str(_("The camera of %(name)s is called “%(camera)s”.", name=names[0], camera=alarm.detail[0]))


def _late_code(names: list[str], alarm: Alarm) -> str:
    sentence = ngettext(
        "The photo of %(name)s came %(num)d minute after its code had left the wall.",
        "The photo of %(name)s came %(num)d minutes after its code had left the wall.",
        int(alarm.detail[0]),
        name=names[0],
    )
    return str(sentence)


def _many_addresses(names: list[str], alarm: Alarm) -> str:
    sentence = ngettext(
        "%(num)d of %(known)s students checked in from a network of their own: %(names)s.",
        "%(num)d of %(known)s students checked in from networks of their own: %(names)s.",
        int(alarm.detail[0]),
        known=alarm.detail[1],
        names=", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else ""),
    )
    return str(sentence)


def _hint(alarm: Alarm) -> str:
    if alarm.kind in (AlarmKind.SHARED_PHONE, AlarmKind.TWO_PHONES) and CLAIMED in alarm.detail:
        return str(_("The phone could not prove which one it is, so this is weaker than usual."))
    return str(_HINTS[alarm.kind])


_SENTENCES: dict[AlarmKind, Callable[[list[str], Alarm], str]] = {
    AlarmKind.SHARED_PHONE: _shared_phone,
    AlarmKind.TWO_PHONES: _two_phones,
    AlarmKind.COPY: _copy,
    AlarmKind.VIRTUAL_CAMERA: _virtual_camera,
    AlarmKind.LATE_CODE: _late_code,
    AlarmKind.MANY_ADDRESSES: _many_addresses,
}
_HINTS: dict[AlarmKind, LazyString] = {
    AlarmKind.SHARED_PHONE: _l("Perhaps one lent it to the other. Look whether both are here."),
    AlarmKind.TWO_PHONES: _l("Perhaps a phone was changed, or two browsers on one phone."),
    AlarmKind.COPY: _l("A camera never takes the same picture twice. Look whether the student is here."),
    AlarmKind.VIRTUAL_CAMERA: _l("Programs of this name can show any picture or film."),
    AlarmKind.LATE_CODE: _l("Perhaps the network was slow. Look whether the student is here."),
    AlarmKind.MANY_ADDRESSES: _l("In this course nearly everyone is usually in the same network."),
}
