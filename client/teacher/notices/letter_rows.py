"""The letters of the page of notices that would be sent, with their texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from attendance.notices.letters import Letter
from attendance.notices.values import Obstacle, Step
from client.teacher.mark_words import who
from client.web.services import the_register
from client.web.wording import date_and_time

OBSTACLES = {
    Obstacle.NO_ADDRESS: _l("No e-mail address is stored."),
    Obstacle.BAD_ADDRESS: _l("No e-mail can be sent to this address. Correct it."),
}


@dataclass(frozen=True)
class Coming:
    """A letter that would be sent.

    Attributes:
        state: ``due``, ``waiting``, ``retry``, ``held`` or ``stuck``.
        when: what happens next, in words.
        to: the address; empty for users who may not see it.
        subject: of the e-mail.
        text: the whole of it.
        names_others: whether it is also about courses that the user doesn't run; they are left out here.
    """

    letter: Letter
    state: str
    when: str
    to: str
    subject: str
    text: str
    names_others: bool


def coming_letter(letter: Letter, whole: Mapping[str, Letter], shown: Collection[str]) -> Coming:
    """A letter for the page.

    Args:
        letter: its notices about the user's courses.
        whole: the letters with those about all courses, by the keys of their notices.
        shown: the students whose addresses the user may see.
    """
    text, one = the_register().notices.text_of(*letter.parts), letter.parts[0]
    if one.step is Step.HELD:
        when = _("By %(name)s. Nothing is sent.", name=who((one.known and one.known.held_by) or ""))
    elif one.obstacle is not None:
        when = str(OBSTACLES[one.obstacle])
    elif one.step is Step.DUE:
        when = _("With the next batch")
    elif one.step is Step.RETRY:
        when = _("Next try at %(time)s", time=date_and_time(one.ready_at))
    else:
        when = _("At %(time)s, after time for corrections", time=date_and_time(one.ready_at))
    return Coming(
        letter,
        one.step.value,
        when,
        to=one.to if one.to and letter.student.id in shown else "",
        subject=text.subject,
        text=text.text,
        names_others=len(whole[letter.keys[0]].parts) > len(letter.parts),
    )
