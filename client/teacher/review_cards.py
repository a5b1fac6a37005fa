"""The card of a check-in that needs review."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from attendance.marks.reviews.review import HeldReview
from attendance.marks.reviews.review_effects import WELCOMING
from attendance.values import Course, Review, ReviewReason, Student
from attendance.values.reviews import MOST_JOINED
from client.access.roles import Access, may
from client.access.shown_faces import shown_portrait
from client.access.visible_students import may_see
from client.teacher.evidence_words import evidence_words
from client.web.wording import clock_time

_TITLES = {
    ReviewReason.MOVEMENT: _l("The head did not turn as asked"),
    ReviewReason.NO_MOVEMENT: _l("No movement was shown"),
    ReviewReason.OTHER_BROWSER: _l("Perhaps from another browser"),
    ReviewReason.TAKEN_BACK: _l("Marked absent before"),
}


@dataclass(frozen=True)
class ReviewAnswer:
    """One way to accept a student.

    Attributes:
        label: the button's.
        key: the key that presses it.
        as_guest: whether the roster stays as it is.
    """

    label: str
    key: str
    as_guest: bool = False


@dataclass(frozen=True)
class ReviewChoice:
    """One student that it may be.

    Attributes:
        answers: the ways to accept the student, the one that changes least first.
        has_portrait: whether there is an enrolled picture to compare with.
    """

    student: Student
    answers: tuple[ReviewAnswer, ...]
    has_portrait: bool


@dataclass(frozen=True)
class HeldCard:
    """A check-in that needs review.

    Attributes:
        title: what it is about.
        question: what is to be decided.
        evidence: what is known about the check-in beyond the title, in sentences.
        refuse: the label for rejecting.
        count: how many check-ins it stands for,
        how_many: and that in words; of roll numbers that several phones sent, whose time counts.
        alike: how many cards of its session are of its kind.
        from_phone: how many of those came from the same phone alone; 0 if it did not itself.
        asks_for_guests: whether it is about somebody who is not on the roster.
    """

    review_id: str
    anchor: str
    session_id: str
    course: str
    time: str
    title: str
    question: str
    evidence: tuple[str, ...]
    refuse: str
    choices: tuple[ReviewChoice, ...]
    has_snapshot: bool
    is_code: bool
    count: int
    how_many: str
    alike: int
    from_phone: int
    asks_for_guests: bool


def cards_of(held: Iterable[HeldReview], courses: Sequence[Course]) -> tuple[HeldCard, ...]:
    """Cards of those that belong to the courses, oldest first."""
    known = {course.id: course for course in courses}
    shown = [one for one in held if one.session.course_id in known]
    kinds = Counter((one.session.id, one.review.reason) for one in shown)
    phones = Counter(
        (one.session.id, one.review.reason, one.review.device) for one in shown if not one.review.shared
    )
    return tuple(
        _card(
            one,
            known[one.session.course_id],
            alike=kinds[one.session.id, one.review.reason],
            from_phone=phones[one.session.id, one.review.reason, one.review.device],
        )
        for one in shown
    )


def digest_of(cards: Sequence[HeldCard]) -> str:
    """Changes when what the cards show does."""
    return hashlib.sha256(repr(cards).encode()).hexdigest()[:16]


def _card(held: HeldReview, course: Course, *, alike: int, from_phone: int) -> HeldCard:
    review = held.review
    title, question, refuse = _texts(held, course)
    return HeldCard(
        review_id=review.id,
        anchor="held-" + hashlib.sha256(review.id.encode()).hexdigest()[:8],
        session_id=held.session.id,
        course=course.name,
        time=clock_time(review.created_at),
        title=title,
        question=question,
        evidence=tuple(text for text in evidence_words(review.evidence) if text != f"{title}."),
        refuse=refuse,
        choices=_choices(held, course),
        has_snapshot=held.snapshot is not None,
        is_code=review.reason is ReviewReason.CODE,
        count=review.count,
        how_many=_how_many(review),
        alike=alike,
        from_phone=from_phone if review.device and not review.shared else 0,
        asks_for_guests=review.reason in WELCOMING,
    )


def shows_portrait(reason: ReviewReason, student: Student) -> bool:
    """Whether a review may show a candidate's portrait: a typed roll number opens nobody's who isn't seen."""
    return reason is not ReviewReason.CODE or may_see(student)


def _how_many(review: Review) -> str:
    if review.count > MOST_JOINED:  # it counts no further
        text = ngettext(
            "One card for more than %(num)d check-in.",
            "One card for more than %(num)d check-ins.",
            MOST_JOINED,
        )
    else:
        text = ngettext("One check-in.", "One card for %(num)d check-ins.", review.count)
    # A friend may have sent the number of a student who came later.
    if review.reason is ReviewReason.CODE and review.candidates and review.shared:
        return f"{text} {_('They came from more than one phone, and the time is that of the first.')}"
    return str(text)


def _choices(held: HeldReview, course: Course) -> tuple[ReviewChoice, ...]:
    """Everybody it may be, with keys from 1 over all of their buttons."""
    choices, keys = [], count(1)
    for student, _score in held.candidates:
        labels = _labels(student, held.review.reason, on_roster=course.includes(student.id))
        answers = tuple(ReviewAnswer(label, str(next(keys)), as_guest) for label, as_guest in labels)
        has_portrait = shown_portrait(student.id) is not None and shows_portrait(held.review.reason, student)
        choices.append(ReviewChoice(student, answers, has_portrait))
    return tuple(choices)


def _labels(student: Student, reason: ReviewReason, *, on_roster: bool) -> list[tuple[str, bool]]:
    """The labels of a student's buttons, each with whether it accepts a guest."""
    if reason is ReviewReason.NOT_ON_ROSTER or (reason is ReviewReason.CODE and not on_roster):
        guest = (_("%(name)s is a guest today", name=student.name), True)
        add = (_("Add %(name)s to the roster", name=student.name), False)
        return [guest, add] if may(Access.ENROLS) else [guest]
    if reason is ReviewReason.CODE:
        return [(_("%(name)s is here", name=student.name), False)]
    return [(_("It is %(name)s", name=student.name), False)]


def _texts(held: HeldReview, course: Course) -> tuple[str, str, str]:
    """Title, question, and the label for rejecting."""
    reason, nobody = held.review.reason, _("None of them")
    if reason is ReviewReason.CODE:
        return _texts_of_claim(held, course)
    if reason is ReviewReason.LOOK_ALIKE:
        return _("Two students look alike"), _("Who is in the photo?"), nobody
    if reason is ReviewReason.UNPROVEN:
        return _("Not sure enough"), _("Is this the same person?"), _("Someone else")
    if reason in _TITLES:
        return str(_TITLES[reason]), _("Is this the same person, and are they here?"), _("Not here")
    if reason is ReviewReason.NOT_ME:
        return (
            _("“That's not me”"),
            _("The student reported a wrong name. Who is in the photo?"),
            _("None of them"),
        )
    if may(Access.ENROLS):
        question = _(
            "Enrolled, but not in %(course)s. Are they here today only, or do they belong on the roster?",
            course=course.name,
        )
    else:
        question = _(
            "Enrolled, but not in %(course)s. Are they here? You can mark them for this session, and "
            "someone with the right to enrol can put them on the roster.",
            course=course.name,
        )
    return _("Not on this roster"), question, _("Not in this course")


def _texts_of_claim(held: HeldReview, course: Course) -> tuple[str, str, str]:
    if not held.candidates:
        question = _(
            "These roll numbers are nobody's, or of students who are in already, or came from a phone that "
            "sent many. Ask who is missing."
        )
        return _("More check-ins with a roll number"), question, _("Done")
    if not course.includes(held.candidates[0][0].id):
        question = _(
            "They entered this roll number, and are not in %(course)s. Are they here?",
            course=course.name,
        )
        return _("Checked in with a roll number"), question, _("Not here")
    return (
        _("Checked in with a roll number"),
        _("They entered this roll number. Are they here?"),
        _("Not here"),
    )
