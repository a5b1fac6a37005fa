"""The General course: a session for each local day, opened automatically while there is no other course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from attendance.store.protocol import Store
from attendance.values import Course, Session

GENERAL_COURSE = Course(id="general", name="General")


def general_runs(courses: Iterable[Course]) -> bool:
    """Whether General's session opens automatically: no other course exists, or an admin activated it.

    Args:
        courses: all that the register has.
    """
    by_id = {course.id: course for course in courses}
    general = by_id.pop(GENERAL_COURSE.id, None)
    others = any(course.active for course in by_id.values())
    return not others or (general is not None and general.active)


def meant_ones(sessions: Sequence[Session]) -> list[Session]:
    """The sessions that are meant where nobody names one: General's only if there is no other.

    General's opens automatically and is open all day, so that it would make a question of every session that
    somebody opened.

    Args:
        sessions: those that it can be, such as the open ones.
    """
    others = [session for session in sessions if session.course_id != GENERAL_COURSE.id]
    return others or list(sessions)


def switch_general_off(store: Store) -> None:
    """Deactivate General, as other courses begin; its sessions and marks stay."""
    if store.add_course(replace(GENERAL_COURSE, active=False)):
        return
    while (general := store.course(GENERAL_COURSE.id)) is not None and general.active:
        store.replace_course(replace(general, active=False, version=general.version + 1))
