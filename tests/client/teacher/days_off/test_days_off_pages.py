"""Admins enter days off and decide about the sessions that exist on them; teachers see the list."""

from __future__ import annotations

import io
import re

import pytest

from attendance.register import Register
from attendance.values import ScheduleRule
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import SignedIn

DAYS = "/teach/days-off"
TYPED = {"name": "Christmas holidays", "first_day": "2026-12-21", "last_day": "2027-01-03"}


def test_they_are_added_listed_and_removed(admin: SignedIn, teacher: SignedIn, register: Register) -> None:
    assert "No days off yet" in teacher.get(DAYS).text
    assert admin.post(f"{DAYS}/add", data=TYPED).location == DAYS
    page = teacher.get(DAYS).text
    for text in ("Christmas holidays", "21 December 2026", "3 January 2027"):
        assert text in page
    assert "Remove" not in page
    assert "Add days off" not in page
    (day_off,) = register.days_off.all()
    assert day_off.by == admin.user.id
    assert f"{day_off.id}/remove" in admin.get(DAYS).text
    assert teacher.post(f"{DAYS}/{day_off.id}/remove").status_code == 403
    assert teacher.post(f"{DAYS}/add", data=TYPED).status_code == 403
    admin.post(f"{DAYS}/{day_off.id}/remove")
    assert register.days_off.all() == []
    assert admin.post(f"{DAYS}/{day_off.id}/remove").status_code == 404


def test_the_same_days_once_more_keep_their_name_and_that_is_said(
    admin: SignedIn, register: Register
) -> None:
    admin.post(f"{DAYS}/add", data=TYPED)
    assert admin.post(f"{DAYS}/add", data=TYPED | {"name": "Winter break"}).location == DAYS
    page = admin.get(DAYS).text
    assert "These days are entered already: Christmas holidays. Nothing was changed." in page
    assert "Winter break" not in page
    assert [each.name for each in register.days_off.all()] == ["Christmas holidays"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "needs a name"),
        ({"first_day": "soon"}, "is not a valid date"),
        ({"last_day": "2026-12-01"}, "Swap them"),
        ({"last_day": "2036-12-01"}, "more than a year"),
    ],
)
def test_nonsense_is_explained_and_what_was_typed_stays(
    admin: SignedIn, register: Register, changes: dict[str, str], said: str
) -> None:
    answer = admin.post(f"{DAYS}/add", data=TYPED | changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="2026-12-21"' in answer.text or "first_day" in changes
    assert register.days_off.all() == []


def test_a_calendar_is_shown_before_its_ticked_days_are_added(
    admin: SignedIn, teacher: SignedIn, register: Register
) -> None:
    register.days_off.add("Christmas", "2026-12-24", by="office")
    events = (
        "SUMMARY:Christmas\nDTSTART:20261224",
        "SUMMARY:Easter\\, both\nDTSTART:20270329\nDTEND:20270411",
        "SUMMARY:Last year\nDTSTART:20251224",
        "SUMMARY:Exam\nDTSTART:20261201T090000",
        "SUMMARY:Snow\nDTSTART:20261201",
    )
    text = "BEGIN:VCALENDAR\n" + "".join(f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)

    def sent(data: bytes) -> dict[str, object]:
        return {"file": (io.BytesIO(data), "holidays.ics")}

    page = admin.post(f"{DAYS}/import", data=sent(text.encode())).text
    for said in (
        "Easter, both",
        "Snow",
        "1 entry of the calendar is over",
        "1 entry is in the list already",
        "Exam: ",
    ):
        assert said in page
    assert len(register.days_off.all()) == 1, "nothing is added yet"
    ticked = re.findall(r'name="days" value="([^"]*)" checked', page)
    assert ticked == ["2026-12-01 2026-12-01 Snow", "2027-03-29 2027-04-10 Easter, both"]
    assert admin.post(f"{DAYS}/import/add", data={"days": ticked[1:]}).status_code == 303
    assert [each.name for each in register.days_off.all()] == ["Christmas", "Easter, both"]
    refused = admin.post(f"{DAYS}/import", data=sent(b"no calendar"))
    assert (refused.status_code, "is not a calendar" in refused.text) == (422, True)
    assert admin.post(f"{DAYS}/import/add", data={"days": ["nonsense"]}).status_code == 422
    assert admin.post(f"{DAYS}/import").status_code == 422
    assert teacher.post(f"{DAYS}/import", data=sent(text.encode())).status_code == 403


def test_sessions_that_exist_are_shown_first_and_only_ticked_ones_are_cancelled(
    admin: SignedIn, register: Register, clock: FrozenClock
) -> None:
    physics = register.courses.add("Physics", roster=None, schedule=[ScheduleRule(0, "09:00", 30)])
    (scheduled,) = register.class_sessions.on_day()
    planned = register.class_sessions.plan(physics.id, day="2026-11-23", start="18:00", minutes=60, by="t1")
    clock.advance(hours=2)
    absent = len(register.store.marks(register.class_sessions.get(scheduled.id).id))
    assert absent > 0
    answer = admin.post(f"{DAYS}/add", data={"name": "Snow", "first_day": "2026-11-23"})
    page = admin.get(answer.location).text
    assert "There are sessions on these days already" in page
    assert f'value="{scheduled.id}" checked' in page
    assert f'value="{planned.id}">' in page
    assert "2 sessions" in admin.get(DAYS).text
    assert not register.class_sessions.get(scheduled.id).is_cancelled, "never silently"
    admin.post(f"{answer.location}/cancel", data={})
    assert not register.class_sessions.get(scheduled.id).is_cancelled
    admin.post(f"{answer.location}/cancel", data={"session": [scheduled.id, "elsewhere"]})
    cancellation = register.class_sessions.get(scheduled.id).cancellation
    assert cancellation is not None
    assert (cancellation.why, cancellation.by) == ("Snow", admin.user.id)
    assert not register.class_sessions.get(planned.id).is_cancelled
    page = admin.get(answer.location).text
    assert f'value="{scheduled.id}" checked' not in page
    assert "Cancelled for Snow" in page
    admin.post(f"{answer.location}/restore", data={"session": [planned.id]})
    assert register.class_sessions.get(scheduled.id).is_cancelled
    admin.post(f"{answer.location}/restore", data={"session": [scheduled.id]})
    assert len(register.store.marks(scheduled.id)) == absent
    assert not register.class_sessions.get(scheduled.id).is_cancelled
    assert "Cancelled for Snow" not in admin.get(answer.location).text


def test_a_course_shows_its_days(admin: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics")
    form = {"name": "Physics", "closes_after": "90", "code_interval": "15", "active": "yes"}
    days = {"first_day": "2026-09-01", "last_day": "2027-06-30"}
    assert admin.post(f"/teach/courses/{course.id}/edit", data=form | days).status_code == 303
    page = admin.get(f"/teach/courses/{course.id}").text
    assert "Tuesday 1 September 2026 to Wednesday 30 June 2027" in page
    assert 'value="2027-06-30"' in admin.get(f"/teach/courses/{course.id}/edit").text
    swapped = {"first_day": "2027-06-30", "last_day": "2026-09-01"}
    refused = admin.post(f"/teach/courses/{course.id}/edit", data=form | swapped)
    assert refused.status_code == 422
    assert "Swap them" in refused.text
    admin.post(f"/teach/courses/{course.id}/edit", data=form)
    assert register.courses.get(course.id).first_day is None
