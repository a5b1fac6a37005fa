"""Courses are set up, changed and filled with students; General stops with the first one."""

from __future__ import annotations

import pytest

from attendance.register import Register
from attendance.values import Course, LivenessMode, ScheduleRule
from tests.client.signed_in import SignedIn

COURSES = "/teach/courses/"
TYPED = {
    "name": "Physics 2",
    "late_after": "10",
    "closes_after": "60",
    "code_interval": "30",
    "weekday": ["1", "3", "0"],
    "start": ["09:00", "14:30", ""],
    "minutes": ["90", "45", "90"],
}


@pytest.fixture
def course(register: Register) -> Course:
    """A course with Eileen Collins on its roster, which any teacher may run."""
    return register.courses.add("History", roster=["1"])


def test_without_courses_it_is_said_what_general_is(admin: SignedIn, teacher: SignedIn) -> None:
    assert "It closes when the first course is added" in admin.get(COURSES).text
    assert "An admin sets up courses" in teacher.get(COURSES).text


def test_a_course_is_set_up_and_general_stops(admin: SignedIn, teacher: SignedIn, register: Register) -> None:
    answer = admin.post(COURSES + "add", {**TYPED, "teachers": [teacher.user.id], "static_code": "yes"})
    assert answer.status_code == 303
    made = register.courses.get(answer.location.rpartition("/")[2])
    assert (made.name, made.roster, made.teachers, made.static_code) == (
        "Physics 2",
        (),
        (teacher.user.id,),
        True,
    )
    assert (made.late_after_minutes, made.closes_after_minutes, made.code_interval) == (10, 60, 30)
    assert made.schedule == (ScheduleRule(1, "09:00", 90), ScheduleRule(3, "14:30", 45))
    assert not register.courses.general_runs()
    assert "General is closed" in admin.get(COURSES).text
    assert "Nobody is on the roster yet" in admin.get(answer.location).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "A course needs a name"),
        ({"late_after": "ten"}, "Enter a whole number"),
        ({"closes_after": "-1"}, "Enter a whole number"),
        ({"closes_after": "99999"}, "A session is open for 1 to"),
        ({"code_interval": "1"}, "The code changes every"),
        ({"code_interval": ""}, "Enter a whole number"),
        ({"minutes": ["x", "45", "90"]}, "Enter a day, a start time"),
        ({"weekday": ["9", "3", "0"]}, "A day of the week"),
        ({"start": ["25:00", "14:30", ""]}, "is not a valid time of day"),
        ({"weekday": ["1", "1", "0"], "minutes": ["400", "45", "90"]}, "overlap"),
        ({"teachers": ["nobody"]}, "One of these accounts no longer exists"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: SignedIn, register: Register, wrong: dict[str, object], said: str
) -> None:
    answer = admin.post(COURSES + "add", {**TYPED, "static_code": "yes", **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="14:30"' in answer.text
    assert 'name="static_code" value="yes" checked' in answer.text
    assert register.courses.general_runs()


def test_a_course_is_changed(admin: SignedIn, register: Register, course: Course) -> None:
    path = f"{COURSES}{course.id}/edit"
    assert 'value="History"' in admin.get(path).text
    assert admin.post(path, {**TYPED, "late_after": "", "active": "yes"}).status_code == 303
    changed = register.courses.get(course.id)
    assert (changed.name, changed.late_after_minutes, changed.active) == ("Physics 2", None, True)
    assert changed.roster == course.roster
    assert admin.post(path, TYPED).status_code == 303  # the box "active" is not ticked
    assert not register.courses.get(course.id).active
    assert "Inactive" in admin.get(COURSES).text


def test_a_teacher_changes_neither_teachers_nor_activity(
    teacher: SignedIn, register: Register, course: Course
) -> None:
    answer = teacher.post(f"{COURSES}{course.id}/edit", {**TYPED, "teachers": ["x"], "everybody": "yes"})
    assert answer.status_code == 303
    changed = register.courses.get(course.id)
    assert (changed.name, changed.teachers, changed.active) == ("Physics 2", (), True)
    assert changed.roster == course.roster
    assert teacher.get(COURSES + "add").status_code == 403
    assert teacher.post(COURSES + "add", TYPED).status_code == 403


def test_another_teachers_course_stays_shut(teacher: SignedIn, register: Register) -> None:
    course = register.courses.add("History", teachers=["somebody"], roster=["1"])
    assert "History" not in teacher.get(COURSES).text
    for tail in ("", "/edit"):
        assert teacher.get(f"{COURSES}{course.id}{tail}").status_code == 403
    for tail in ("/edit", "/add", "/remove"):
        assert teacher.post(f"{COURSES}{course.id}{tail}", {"student": "1"}).status_code == 403
    assert register.courses.get(course.id) == course


def test_students_go_on_and_off_the_roster(enroller: SignedIn, register: Register, course: Course) -> None:
    path = f"{COURSES}{course.id}"
    assert enroller.post(path + "/add", {"roll_numbers": " 2,\n1 "}).status_code == 303
    assert "1 student was added." in enroller.get(path).text
    assert len(register.courses.get(course.id).roster or ()) == 2
    assert enroller.post(path + "/remove", {"student": ["1", "2"]}).status_code == 303
    assert register.courses.get(course.id).roster == ()


def test_a_search_offers_who_is_not_on_the_roster(admin: SignedIn, course: Course) -> None:
    page = admin.get(f"{COURSES}{course.id}?q=e").text
    assert 'type="checkbox" name="student" value="2"' in page
    assert page.count('name="student" value="1"') == 1  # in the roster's own table
    assert "No students found" in admin.get(f"{COURSES}{course.id}?q=nobody").text


def test_an_unknown_roll_number_is_named_and_stays_typed(
    enroller: SignedIn, register: Register, course: Course
) -> None:
    answer = enroller.post(f"{COURSES}{course.id}/add", {"roll_numbers": "2\n99"})
    assert answer.status_code == 422
    assert "No student has the roll number" in answer.text
    assert "2\n99</textarea>" in answer.text
    assert register.courses.get(course.id) == course
    assert enroller.post(f"{COURSES}{course.id}/add").status_code == 422
    assert enroller.post(f"{COURSES}{course.id}/remove").status_code == 422
    assert enroller.post(f"{COURSES}{course.id}/remove", {"student": "99"}).status_code == 422


def test_an_admin_lets_general_run_beside_courses(
    admin: SignedIn, teacher: SignedIn, register: Register, course: Course
) -> None:
    assert "Keep General open too" in admin.get(COURSES + "general").text
    assert teacher.post(COURSES + "general/switch", {"on": "yes"}).status_code == 403
    assert admin.post(COURSES + "general/switch", {"on": "yes"}).status_code == 303
    assert register.courses.general_runs()
    assert admin.post(COURSES + "general/switch", {"on": "no"}).status_code == 303
    assert not register.courses.general_runs()


def test_an_unknown_course_is_a_page(admin: SignedIn) -> None:
    assert admin.get(COURSES + "nothing").status_code == 404


def test_a_course_sets_whether_it_is_a_living_person(
    admin: SignedIn, teacher: SignedIn, register: Register, course: Course
) -> None:
    path = f"{COURSES}{course.id}"
    assert "1 turn of the head, required" in teacher.get(path).text
    page = teacher.get(path + "/edit").text
    assert 'name="liveness" value="required" checked' in page
    sent = {**TYPED, "liveness": "flag", "movements": "2", "spot_check": "yes"}
    assert teacher.post(path + "/edit", sent).status_code == 303
    changed = register.courses.get(course.id)
    assert (changed.liveness, changed.movements, changed.spot_check) == (LivenessMode.FLAG, 2, True)
    page = teacher.get(path).text
    assert "2 turns of the head; missing ones are noted" in page
    assert "Spot check" in page
    assert teacher.post(path + "/edit", TYPED).status_code == 303, "a page from before an update"
    assert register.courses.get(course.id).liveness is LivenessMode.FLAG
    assert teacher.post(path + "/edit", {**sent, "liveness": "off"}).status_code == 303
    assert "not checked" in teacher.get(path).text


@pytest.mark.parametrize("wrong", [{"liveness": "maybe"}, {"movements": "3"}, {"movements": ""}])
def test_an_unknown_choice_is_not_saved(
    wrong: dict[str, str], admin: SignedIn, register: Register, course: Course
) -> None:
    sent = {**TYPED, "liveness": "off", "movements": "1", **wrong}
    answer = admin.post(f"{COURSES}{course.id}/edit", sent)
    assert answer.status_code == 422
    assert "Choose one of these." in answer.text
    assert register.courses.get(course.id) == course
    assert admin.post(f"{COURSES}general/living-person", sent).status_code == 303
    assert register.courses.get("general").liveness is LivenessMode.REQUIRED
    assert "Nothing was saved" in admin.get(f"{COURSES}general").text


def test_general_sets_it_on_its_page(admin: SignedIn, teacher: SignedIn, register: Register) -> None:
    register.sessions.today()
    path = COURSES + "general"
    assert "turn of the head, required" in teacher.get(path).text
    assert 'name="liveness"' not in teacher.get(path).text
    sent = {"liveness": "flag", "movements": "2"}
    assert teacher.post(path + "/living-person", sent).status_code == 403
    assert admin.post(path + "/living-person", sent).status_code == 303
    general = register.courses.get("general")
    assert (general.liveness, general.movements, general.spot_check) == (LivenessMode.FLAG, 2, False)
