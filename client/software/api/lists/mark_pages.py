"""Which marks a page of the API's list has, without reading all others whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from attendance.store.protocol import Store
from attendance.values import Mark, MarkHead, MarkStatus, Session
from client.software.api.mark_models import MarkQuery
from client.software.protocol.paging import after_key, page_of

LAST = "\U0010ffff"  # comes after every other character
BY_DEFAULT = tuple(status for status in MarkStatus if status is not MarkStatus.WITHDRAWN)


class _Place(NamedTuple):
    """A mark in the order of the list."""

    id: str
    session_id: str
    student_id: str


def page_of_marks(
    store: Store, sessions: Iterable[Session], query: MarkQuery, students: Collection[str] | None
) -> tuple[list[Mark], str | None]:
    """The marks of a page, in the order of their ids, and the cursor of the next page or None.

    Args:
        store: the register's database.
        sessions: whose marks are listed.
        query: the requested page and what else is asked for.
        students: the ids of those whose marks are listed; None means everybody.

    Raises:
        ApiProblemError: the query's cursor is not of this list.
    """
    after = after_key(query, "marks") or ""
    if students is None:
        found = _first(store, sessions, query, after)
    else:
        ids = {session.id for session in sessions}
        own = (mark for student in students for mark in store.marks_of_student(student))
        found = [
            _place(each.session_id, each) for each in own if each.session_id in ids and _fits(each, query)
        ]
    chosen, following = page_of(sorted(found), query, "marks", lambda place: place.id)
    wanted: dict[str, list[str]] = {}
    for place in chosen:
        wanted.setdefault(place.session_id, []).append(place.student_id)
    marks = [mark for session_id, whose in wanted.items() for mark in store.marks_among(session_id, whose)]
    return sorted(marks, key=lambda mark: mark.id), following


def _first(store: Store, sessions: Iterable[Session], query: MarkQuery, after: str) -> list[_Place]:
    """At least the first marks after an id, as many as a page has and one more.

    The ids of a session's marks all begin with the session's own, so that those of later sessions come later;
    unless its id is the beginning of theirs.
    """
    found: list[_Place] = []
    for session in sorted(sessions, key=lambda session: f"{session.id}|"):
        begin = f"{session.id}|"
        if begin + LAST < after:
            continue
        if len(found) > query.limit and sorted(found)[query.limit].id < begin:
            break
        places = (_place(session.id, head) for head in store.mark_heads(session.id) if _fits(head, query))
        found += [place for place in places if place.id > after]
    return found


def _place(session_id: str, mark: Mark | MarkHead) -> _Place:
    return _Place(f"{session_id}|{mark.student_id}", session_id, mark.student_id)


def _fits(mark: Mark | MarkHead, query: MarkQuery) -> bool:
    if mark.status not in (query.status or BY_DEFAULT):
        return False
    return not query.method or mark.method in query.method
