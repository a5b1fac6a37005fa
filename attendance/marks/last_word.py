"""Whose word a mark is: what a person decided stands until a person or the student's own check-in changes it.

The history decides, and nothing else does: no camera remembers whom it has marked. Everything that recognises
students without their asking goes through ``mark_seen``, inside the write of the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.classes.mark_changes import MarkFacts, mark_after, mark_with
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session

BY_THE_STUDENT = "student"
UNDONE = "undone"  # the note of an undo
AGAIN = "checked in again"  # begins the note of a student's further check-in
SEEN = "seen by a camera"  # the note of a sighting that changed nothing


class Remark(StrEnum):
    """What speaks against a person's word, or was done after it."""

    SEEN = "seen"
    CHECKED_IN = "checked_in"


@dataclass(frozen=True)
class Contradiction:
    """What a teacher may want to look at: somebody came whom a person had marked otherwise.

    Attributes:
        remark: what happened after the person's word.
        at: when.
        word: what the person had decided.
    """

    remark: Remark
    at: datetime
    word: MarkStatus


def mark_seen(
    existing: Mark | None,
    *,
    session: Session,
    student_id: str,
    event: MarkEvent,
    details: MarkFacts,
    overrules: bool = False,
) -> Mark | None:
    """What a mark becomes when its student is recognised; the same for whatever recognises them.

    A mark that counts as there stays. So does a person's word, with one note that the student was seen.

    Args:
        existing: the mark so far, or None.
        session: where the student was seen.
        student_id: who was seen.
        event: the entry that the sighting would make.
        details: the fields of the mark besides its status.
        overrules: whether a person clicked this student, which changes what a person said before.

    Returns:
        The changed mark, or None: it stays as it is.
    """
    if existing is not None:
        if existing.counts_as_there:
            return None
        if not overrules and has_last_word(existing):
            return seen_after_all(existing, event)
    return mark_with(existing, session=session, student_id=student_id, event=event, details=details)


def seen_after_all(mark: Mark, event: MarkEvent) -> Mark | None:
    """The mark with one note that its student was seen although a person marked them otherwise.

    Args:
        mark: one that a person's word stands for.
        event: the entry that the sighting would have made.

    Returns:
        The mark with the note, or None if it has one since the last change.
    """
    if _sightings_since(mark):
        return None
    note = MarkEvent(
        at=event.holds_from,
        status=mark.status,
        method=mark.method,
        by=event.by,
        note=SEEN,
        under_review=mark.under_review,
        noted=True,
    )
    return mark_after(mark, note)


def has_last_word(mark: Mark) -> bool:
    """Whether what the mark says is a person's word, which cameras leave alone."""
    return last_word(mark) is not None


def last_word(mark: Mark) -> MarkEvent | None:
    """The entry with which a person decided what the mark says; None if nobody did.

    Closing a session says nothing about a student, so what was said before it still stands; so it does while
    a check-in needs review because its student objected. An undo returns to the state before: undoing what a
    person decided leaves no word but an earlier one. Undoing what a camera or a check-in wrote is a person's
    word that it was wrong.
    """
    return _word_at(mark.history, last_change(mark.history))


def kept_status(mark: Mark) -> MarkStatus | None:
    """What a person decided about a student who doesn't count as there; None if nobody did, or they count."""
    word = None if mark.counts_as_there else last_word(mark)
    if word is None:
        return None
    return word.status if mark.under_review else mark.status


def is_taken_back(mark: Mark) -> bool:
    """Whether a person marked a student absent whose check-in counted before, such as one not in the room."""
    word = None if mark.counts_as_there else last_word(mark)
    if word is None or word.status is not MarkStatus.ABSENT:
        return False
    earlier = mark.history[: mark.history.index(word)]
    return any(event.by == BY_THE_STUDENT and event.status.is_there for event in earlier)


def status_for_cameras(mark: Mark) -> MarkStatus:
    """A mark's status as cameras show it: what a person decided before a check-in that needs review, too."""
    return kept_status(mark) or mark.status


def corrected_since(mark: Mark, moment: datetime) -> bool:
    """Whether somebody changed the mark by hand, or undid a change of it, after this moment."""
    return any(
        event.at > moment and (event.method is MarkMethod.MANUAL or event.restores is not None)
        for event in mark.history
        if not is_note(event)
    )


def standing_change(history: Sequence[MarkEvent], index: int) -> int:
    """The index of the change whose state a mark has after the one at ``index``, undos followed; -1: none."""
    while index >= 0 and (restored := _restored(history, index)) is not None:
        index = restored
    return index


def contradiction_of(mark: Mark) -> Contradiction | None:
    """What happened after a person's word that the student is not there; None if nothing did."""
    history, last = mark.history, last_change(mark.history)
    if not mark.counts_as_there:
        kept = kept_status(mark)
        if kept is None or kept.is_there or not (seen := _sightings_since(mark)):
            return None
        return Contradiction(Remark.SEEN, seen[-1].at, kept)
    stands = standing_change(history, last)
    if stands < 0 or history[stands].by != BY_THE_STUDENT:
        return None
    word = _word_at(history, change_before(history, stands))
    if word is None or word.status.is_there:
        return None
    return Contradiction(Remark.CHECKED_IN, history[stands].at, word.status)


def change_of(mark: Mark) -> MarkEvent | None:
    """The entry that made the mark what it is; None if it has none."""
    index = last_change(mark.history)
    return mark.history[index] if index >= 0 else None


def last_change(history: Sequence[MarkEvent]) -> int:
    """The index of the last entry that is not merely a note; -1 without any."""
    return change_before(history, len(history))


def change_before(history: Sequence[MarkEvent], index: int) -> int:
    """The index of the change before the entry at ``index``; -1 if there is none."""
    return next((each for each in range(index - 1, -1, -1) if not is_note(history[each])), -1)


def is_note(event: MarkEvent) -> bool:
    """Whether an entry changes nothing; further check-ins were notes before entries recorded that."""
    return event.noted or (event.by == BY_THE_STUDENT and event.note.startswith(AGAIN))


def _word_at(history: Sequence[MarkEvent], index: int) -> MarkEvent | None:
    """The person's word that stands after the change at ``index``."""
    while index >= 0:
        event, restored = history[index], _restored(history, index)
        before = change_before(history, index)
        if restored is not None:
            if before >= 0 and _is_of_nobody(history, before):
                return event
            index = restored
        elif event.method is MarkMethod.CLOSING:
            index = before
        elif _is_objection(event):
            index = change_before(history, standing_change(history, before))
        else:
            return event if _is_of_person(event) else None
    return None


def _is_objection(event: MarkEvent) -> bool:
    """Whether a student objects to the check-in before, which doesn't count until a person decides."""
    return event.under_review and event.by == BY_THE_STUDENT


def _is_of_person(event: MarkEvent) -> bool:
    return event.by_person or event.method is MarkMethod.MANUAL


def _is_of_nobody(history: Sequence[MarkEvent], index: int) -> bool:
    """Whether a camera, a check-in or an objection made a change: no person, and not a session's end."""
    event = history[index]
    is_undo = _restored(history, index) is not None
    return not (is_undo or _is_of_person(event) or event.method is MarkMethod.CLOSING)


def _restored(history: Sequence[MarkEvent], index: int) -> int | None:
    """The index of the entry whose state an undo brought back, -1 for none; None: the entry is no undo.

    Undos of earlier versions don't record it. They brought back the entry before the last, whose status and
    method they have.
    """
    event = history[index]
    if event.restores is not None:
        return event.restores - 1
    if event.note != UNDONE or event.by_person:
        return None
    older = history[index - 2] if index >= 2 else None
    state = (MarkStatus.WITHDRAWN, MarkMethod.MANUAL) if older is None else (older.status, older.method)
    return max(index - 2, -1) if (event.status, event.method) == state else None


def _sightings_since(mark: Mark) -> list[MarkEvent]:
    """The sightings that were noted since the last change."""
    since = mark.history[last_change(mark.history) + 1 :]
    return [event for event in since if event.noted and event.note == SEEN]
