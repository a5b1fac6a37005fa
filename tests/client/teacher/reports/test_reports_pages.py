"""Reports as teachers find, read and download them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Course, Mark, MarkMethod, MarkStatus, Session
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import SignedIn, SignIn

REPORTS = "/teach/reports/"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def course(register: Register) -> Course:
    """Physics, with three students on its roster, which any teacher may run."""
    register.students.add(NewStudent("10", "Student Ten"))
    return register.courses.add("Physics", roster=["1", "2", "10"])


@pytest.fixture
def sessions(register: Register, clock: FrozenClock, course: Course) -> list[Session]:
    """Four closed sessions, a week apart.

    Eileen Collins was always there, once late. Grace Hopper came first, was excused, and missed two.
    Student Ten never came.
    """
    held = []
    for number in range(4):
        session = register.class_sessions.open_now(course.id, by="office")
        late = MarkStatus.LATE if number == 2 else MarkStatus.PRESENT
        register.marking.mark("1", late, by="office", session=session)
        if number == 0:
            register.marking.mark("2", MarkStatus.PRESENT, by="office", session=session)
        if number == 1:
            register.marking.mark("2", MarkStatus.EXCUSED, by="office", session=session)
        clock.advance(minutes=30)
        held.append(register.closing.close(session.id, by="office"))
        clock.advance(days=7)
    return held


@pytest.fixture
def reader(sessions: list[Session], sign_in: SignIn) -> SignedIn:
    """A teacher who logs in after these four weeks."""
    return sign_in()


def student_id(register: Register, roll_number: str) -> str:
    return register.students.get(roll_number).id


def words(markup: str) -> str:
    return " ".join(TAG.sub(" ", markup).split())


def row_of(page: str, name: str) -> str:
    """The row of a table that begins with this name, as words."""
    rows = [words(row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)]
    return next(row for row in rows if row.startswith(name))


def test_without_a_session_every_page_says_what_to_do_first(
    teacher: SignedIn, register: Register, course: Course
) -> None:
    for path in (
        REPORTS,
        f"{REPORTS}courses/{course.id}",
        f"{REPORTS}students/{student_id(register, '1')}",
    ):
        answer = teacher.get(path)
        assert answer.status_code == 200
        assert "No sessions in this period" in answer.text
    assert "/file/" not in teacher.get(f"{REPORTS}courses/{course.id}").text


def test_without_a_course_of_their_own_a_teacher_reads_whom_to_ask(
    teacher: SignedIn, register: Register
) -> None:
    register.courses.add("History", teachers=["somebody"], roster=["1"])
    assert "An admin sets up courses" in teacher.get(REPORTS).text


def test_the_first_page_leads_to_courses_and_sessions(
    reader: SignedIn, course: Course, sessions: list[Session]
) -> None:
    page = reader.get(REPORTS).text
    assert row_of(page, "Physics") == "Physics 4 Active"
    assert f'href="{REPORTS}courses/{course.id}?range=term"' in page
    assert page.count(f'href="{REPORTS}sessions/') == 4
    assert row_of(reader.get(f"{REPORTS}?range=week").text, "Physics") == "Physics 0 Active"


def test_a_course_report_tells_numbers_students_and_sessions(
    reader: SignedIn, course: Course, sessions: list[Session]
) -> None:
    page = reader.get(f"{REPORTS}courses/{course.id}").text
    # 4 + 1 of 4 + 3 + 4, as an excuse counts for nothing
    assert "4 sessions held 45.5 % average attendance 2 students below 75 %" in words(page)
    assert row_of(page, "Eileen Collins") == "Eileen Collins 1 4 1 0 0 100.0 % 0 Fine"
    assert row_of(page, "Grace Hopper") == "Grace Hopper 2 1 0 2 1 33.3 % 2 Below"
    assert row_of(page, "Student Ten") == "Student Ten 10 0 0 4 0 0.0 % 4 Below"
    assert row_of(page, "Mon 7 Dec 2026, 10:02") == "Mon 7 Dec 2026, 10:02 1 1 2 0 33.3 %"
    assert page.count('role="img"') == 2
    for session in sessions:
        assert f'href="{REPORTS}sessions/{session.id.replace("|", "%7C")}"' in page
    matrix = page[page.index("Each student in each session") :]
    assert row_of(matrix, "Grace Hopper") == "Grace Hopper P E A A"
    assert row_of(matrix, "Eileen Collins") == "Eileen Collins P P L P"


def test_two_sessions_of_a_day_are_told_apart_in_the_matrix(
    teacher: SignedIn, register: Register, course: Course, clock: FrozenClock
) -> None:
    for _number in range(2):
        session = register.class_sessions.open_now(course.id, by="office")
        register.closing.close(session.id, by="office")
        clock.advance(hours=2)
    page = teacher.get(f"{REPORTS}courses/{course.id}").text
    matrix = page[page.index("Each student in each session") :]
    assert row_of(matrix, "Name") == "Name 23 Nov 9:02 23 Nov 11:02"


def test_a_session_report_lists_who_came_and_when(
    reader: SignedIn, register: Register, sessions: list[Session]
) -> None:
    page = reader.get(f"{REPORTS}sessions/{sessions[2].id}").text
    assert row_of(page, "Eileen Collins").startswith("Eileen Collins 1 Late 10:02")
    assert row_of(page, "Grace Hopper").startswith("Grace Hopper 2 Absent")
    assert "33.3 % attendance 1 attended 1 of them late 2 absent 0 excused" in words(page)


def test_a_student_report_goes_over_the_courses(
    reader: SignedIn, register: Register, sessions: list[Session]
) -> None:
    register.courses.add("History", roster=["2"], teachers=["somebody"])
    page = reader.get(f"{REPORTS}students/{student_id(register, '2')}").text
    assert "33.3 % attendance Below 2 absent 2 current absences in a row 2 most absences in a row" in words(
        page
    )
    assert row_of(page, "Physics") == "Physics 1 0 2 1 33.3 % 2 Below"
    assert "History" not in page
    history = re.findall(r"(?:Present|Absent|Excused)</span>", page)
    assert [state.partition("<")[0] for state in history] == ["Absent", "Absent", "Excused", "Present"]


def test_how_a_mark_came_about_is_told_only_where_it_is_asked_for(
    reader: SignedIn, register: Register, sessions: list[Session]
) -> None:
    for path in (
        f"{REPORTS}sessions/{sessions[0].id}",
        f"{REPORTS}students/{student_id(register, '2')}",
    ):
        plain, asked = reader.get(path).text, reader.get(path, query_string={"how": "yes"}).text
        assert "by hand" not in plain
        assert "Show check-in methods" in plain
        assert "by hand" in asked
        assert "how=yes" in asked[asked.index("/file/") :]


def test_the_files_of_a_course_say_how_where_that_is_asked_for(
    reader: SignedIn, course: Course, sessions: list[Session]
) -> None:
    path = f"{REPORTS}courses/{course.id}"
    plain, asked = reader.get(path).text, reader.get(path, query_string={"how": "yes"}).text
    assert "Include check-in methods" in plain
    assert "Leave them out" in asked
    for page, told in ((plain, False), (asked, True)):
        found = re.search(r'href="([^"]*/file/csv[^"]*)"', page)
        assert found is not None
        assert ("manual" in reader.get(found[1].replace("&amp;", "&")).text) is told


def test_paths_with_and_without_a_face_look_the_same(teacher: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics", roster=["1", "2"])
    session = register.class_sessions.open_now(course.id, by="office")
    now = register.clock.now()
    for roll_number, method in (("1", MarkMethod.FACE), ("2", MarkMethod.CODE)):
        mark = Mark(session.id, student_id(register, roll_number), MarkStatus.PRESENT, method, now)
        register.store.insert_marks([mark])
    path = f"{REPORTS}sessions/{session.id}"
    page, asked = teacher.get(path).text, teacher.get(path, query_string={"how": "yes"}).text
    assert (
        row_of(page, "Eileen Collins").partition(" 1 ")[2] == row_of(page, "Grace Hopper").partition(" 2 ")[2]
    )
    assert "by face" in row_of(asked, "Eileen Collins")
    assert "with a roll number" in row_of(asked, "Grace Hopper")
    for kind in ("csv", "xlsx"):
        assert teacher.get(f"{path}/file/{kind}").status_code == 200
    plain = teacher.get(f"{path}/file/csv").data.decode("utf-8-sig")
    assert "face" not in plain
    assert "code" not in plain


@pytest.mark.parametrize(
    ("asked", "first", "said"),
    [
        ("range=week", date(2026, 12, 21), "21 December 2026"),
        ("range=month", date(2026, 12, 1), "1 December 2026 to 21 December 2026"),
        ("", date(2026, 8, 24), "24 August 2026 to 21 December 2026"),
        ("range=all", None, "all days so far"),
        ("first=2026-11-24&last=2026-12-07", date(2026, 11, 24), "24 November 2026 to 7 December 2026"),
        ("range=own&first=2026-12-07&last=2026-12-07", date(2026, 12, 7), "7 December 2026"),
    ],
)
def test_the_range_is_chosen_by_one_tap_or_typed(
    reader: SignedIn, course: Course, sessions: list[Session], *, asked: str, first: date | None, said: str
) -> None:
    page = reader.get(f"{REPORTS}courses/{course.id}?{asked}").text
    assert f"Report · {said}" in page
    inside = [one for one in sessions if first is None or one.day >= first.isoformat()]
    if first is not None and "last" in asked:
        inside = [one for one in inside if one.day <= "2026-12-07"]
    if inside:
        assert f"<b>{len(inside)}</b>" in page
    else:
        assert "No sessions in this period" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "first=2026-12-07&last=2026-12-01",
            "The last day, 1 December 2026, is before the first day",
        ),
        ("first=1970-01-01&last=2026-12-01", "more than ten years"),
        ("first=0001-01-01&last=9999-12-31", "more than ten years"),
        ("first=soon&last=2026-12-01", "“soon” is not a valid date"),
        ("first=2026-02-30&last=2026-12-01", "“2026-02-30” is not a valid date"),
        ("first=20261201&last=2026-12-01", "“20261201” is not a valid date"),
        ("first=2026-12-01", "Choose both days"),
        ("range=own", "Choose both days"),
        ("range=fortnight", "There is no range “fortnight”"),
        ("first=%3Cscript%3E&last=2026-12-01", "“&lt;script&gt;” is not a valid date"),
        ("first=" + "9" * 5000 + "&last=2026-12-01", "9…” is not a valid date"),
        ("first=%00%FF&last=2026-12-01", "is not a valid date"),
    ],
)
def test_days_that_make_no_range_are_refused_with_a_sentence(
    reader: SignedIn, register: Register, course: Course, sessions: list[Session], *, asked: str, said: str
) -> None:
    student = student_id(register, "1")
    for path in ("", f"courses/{course.id}", f"students/{student}", f"courses/{course.id}/file/csv"):
        answer = reader.get(f"{REPORTS}{path}?{asked}")
        assert answer.status_code == 400
        assert said in answer.text
        assert "attachment" not in answer.headers.get("Content-Disposition", "")
        again = path.partition("/file/")[0]
        assert f'action="{REPORTS}{again}"' in answer.text


def test_a_script_gets_the_same_sentence_as_data(teacher: SignedIn) -> None:
    answer = teacher.get(f"{REPORTS}?range=fortnight", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.mimetype == "application/json"
    assert "no range" in answer.text


def test_what_was_typed_stands_in_the_form_again(teacher: SignedIn) -> None:
    page = teacher.get(f"{REPORTS}?first=2026-12-07&last=2026-12-01").text
    assert 'value="2026-12-07"' in page
    assert 'value="2026-12-01"' in page


@pytest.mark.parametrize(
    "path",
    [
        "courses/unknown",
        "courses/unknown/file/csv",
        "sessions/unknown",
        "sessions/physics%7C2026-13-45",
        "sessions/unknown/file/moodle",
        "students/unknown",
        "students/unknown/file/xlsx",
        "nowhere",
    ],
)
def test_what_is_not_there_is_said_so(admin: SignedIn, path: str) -> None:
    answer = admin.get(REPORTS + path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_files_of_no_kind_are_not_there(
    reader: SignedIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    for path in (
        f"courses/{course.id}/file/pdf",
        f"courses/{course.id}/file/moodle",
        f"sessions/{sessions[0].id}/file/x",
        f"students/{student_id(register, '1')}/file/exe",
    ):
        assert reader.get(REPORTS + path).status_code == 404


def test_other_teachers_courses_stay_shut(
    sign_in: SignIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    stranger = sign_in()
    register.courses.change(course.id, teachers=["somebody"])
    register.courses.add("History", teachers=[stranger.user.id], roster=["1"])
    for path in (
        f"courses/{course.id}",
        f"courses/{course.id}/file/xlsx",
        f"sessions/{sessions[0].id}",
        f"sessions/{sessions[0].id}/file/csv",
        f"students/{student_id(register, '2')}",
        f"students/{student_id(register, '2')}/file/csv",
    ):
        assert stranger.get(REPORTS + path).status_code == 403
    assert "Physics" not in stranger.get(REPORTS).text
    page = stranger.get(f"{REPORTS}students/{student_id(register, '1')}").text
    assert "Physics" not in page
    content = stranger.get(f"{REPORTS}students/{student_id(register, '1')}/file/csv").text
    assert "Physics" not in content


def test_a_course_that_was_put_away_keeps_its_report(
    reader: SignedIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    register.courses.change(course.id, active=False)
    assert row_of(reader.get(REPORTS).text, "Physics") == "Physics 4 Inactive"
    assert "45.5 %" in reader.get(f"{REPORTS}courses/{course.id}").text


def test_a_correction_changes_the_report(
    reader: SignedIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    path = f"{REPORTS}courses/{course.id}"
    assert row_of(reader.get(path).text, "Grace Hopper").endswith("2 Below")
    reader.post(
        f"/teach/sessions/{sessions[3].id}/marks",
        {"student": student_id(register, "2"), "status": "present"},
    )
    assert row_of(reader.get(path).text, "Grace Hopper") == "Grace Hopper 2 2 0 1 1 66.7 % 0 Below"


def test_a_session_that_is_open_or_cancelled_counts_nowhere_else(
    reader: SignedIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    session = register.class_sessions.open_now(course.id, by="office")
    page = reader.get(f"{REPORTS}sessions/{session.id}").text
    assert "still open" in page
    assert "For Moodle" not in page
    day = (date.fromisoformat(session.day) + timedelta(days=1)).isoformat()
    planned = register.class_sessions.plan(course.id, day=day, start="09:00", minutes=45, by="office")
    assert "has not started" in reader.get(f"{REPORTS}sessions/{planned.id}").text
    register.closing.close(planned.id, by="office")
    assert "was cancelled" in reader.get(f"{REPORTS}sessions/{planned.id}").text
    assert "<b>4</b><span>sessions held" in reader.get(f"{REPORTS}courses/{course.id}").text


def test_who_left_the_roster_is_shown_apart(
    sign_in: SignIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    reader = sign_in()
    register.courses.change(course.id, teachers=[reader.user.id])
    register.courses.remove_from_roster(course.id, ["2"])
    page = reader.get(f"{REPORTS}courses/{course.id}").text
    assert "Not on the roster" in page
    assert f"students/{student_id(register, '2')}" not in page  # the teacher may not see that page any more
    assert f"students/{student_id(register, '1')}" in page
    listed = reader.get(f"{REPORTS}sessions/{sessions[0].id}").text
    assert row_of(listed, "Grace Hopper").startswith("Grace Hopper not on the roster 2 Present")


@pytest.mark.parametrize(("kind", "mimetype"), [("csv", "text/csv"), ("xlsx", EXCEL)])
def test_files_come_under_a_name_and_stay_in_no_cache(
    reader: SignedIn,
    register: Register,
    course: Course,
    sessions: list[Session],
    *,
    kind: str,
    mimetype: str,
) -> None:
    register.courses.change(course.id, name="Physik für Anfänger; 2/3")
    for path, name in (
        (f"courses/{course.id}", "Physik für Anfänger; 2 3 2026-08-24 to 2026-12-21"),
        (f"sessions/{sessions[0].id}", "Physik für Anfänger; 2 3 2026-11-23 09.02"),
        (f"students/{student_id(register, '1')}", "1 2026-08-24 to 2026-12-21"),
    ):
        answer = reader.get(f"{REPORTS}{path}/file/{kind}")
        assert answer.status_code == 200
        assert answer.mimetype == mimetype
        assert answer.headers["Cache-Control"] == "no-store"
        options = answer.headers["Content-Disposition"]
        assert options.startswith("attachment; ")
        assert "\n" not in options
        if name.isascii():
            assert f'filename="{name}.{kind}"' in options
        else:
            assert "filename*=UTF-8''Physik%20f%C3%BCr%20Anf%C3%A4nger" in options


def test_files_hold_what_the_page_shows(reader: SignedIn, course: Course, sessions: list[Session]) -> None:
    content = reader.get(f"{REPORTS}courses/{course.id}/file/csv?range=all").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert any("Grace Hopper" in row and any(cell.startswith("33.3") for cell in row) for row in rows)
    book = load_workbook(
        io.BytesIO(reader.get(f"{REPORTS}courses/{course.id}/file/xlsx?range=all").data), data_only=True
    )
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"Eileen Collins", "Grace Hopper", "Student Ten"} <= cells


def test_the_moodle_file_knows_students_as_asked(
    reader: SignedIn, register: Register, sessions: list[Session]
) -> None:
    path = f"{REPORTS}sessions/{sessions[0].id}/file/moodle"
    answer = reader.get(path, query_string={"by": "username", "statuses": "A,V,E,U"})
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][0] == "username"
    assert {row[0]: row[1] for row in rows[1:]} == {"1": "A", "2": "A", "10": "U"}
    assert "Moodle Physics" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"by": "shoe size"}, 400, "We could not read this request"),
        ({"by": "email"}, 403, "right to enrol"),
        ({"statuses": "P,P,P"}, 409, "not the acronyms of four statuses"),
    ],
)
def test_a_moodle_file_that_can_not_be_is_refused(
    reader: SignedIn, sessions: list[Session], asked: dict[str, str], status: int, said: str
) -> None:
    answer = reader.get(f"{REPORTS}sessions/{sessions[0].id}/file/moodle", query_string=asked)
    assert answer.status_code == status
    assert said in answer.text


def test_e_mail_addresses_are_in_a_file_only_for_those_who_enrol(
    reader: SignedIn, enroller: SignedIn, sessions: list[Session]
) -> None:
    page = f"{REPORTS}sessions/{sessions[0].id}"
    assert "e-mail address" not in reader.get(page).text
    assert "e-mail address" in enroller.get(page).text
    answer = enroller.get(f"{page}/file/moodle", query_string={"by": "email"})
    assert answer.status_code == 409
    assert "Nobody of the session" in answer.text


def test_board_session_course_and_student_lead_to_their_reports(
    reader: SignedIn, register: Register, course: Course, sessions: list[Session]
) -> None:
    path = sessions[0].id.replace("|", "%7C")
    for page, report in (
        (f"/teach/sessions/{path}/board", f"sessions/{path}"),
        (f"/teach/sessions/{path}", f"sessions/{path}"),
        (f"/teach/courses/{course.id}", f"courses/{course.id}"),
        (f"/teach/students/{student_id(register, '1')}", f"students/{student_id(register, '1')}"),
    ):
        assert f'href="{REPORTS}{report}"' in reader.get(page).text
    session = register.class_sessions.open_now(course.id, by="office")
    assert f"{REPORTS}sessions/" not in reader.get(f"/teach/sessions/{session.id}/board").text


def test_many_sessions_are_put_together_and_the_newest_stand_in_the_matrix(
    sign_in: SignIn, register: Register, clock: FrozenClock, course: Course
) -> None:
    for _ in range(63):
        session = register.class_sessions.open_now(course.id, by="office")
        register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
        register.closing.close(session.id, by="office")
        clock.advance(days=1)
    page = sign_in().get(f"{REPORTS}courses/{course.id}").text
    assert "Attendance of each week" in page
    assert page.count("<title>week from") == 9
    assert "latest 40 sessions" in page
    row = page[page.index("Each student in each session") :]
    assert row_of(row, "Eileen Collins") == "Eileen Collins" + " P" * 40


@pytest.fixture
def long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of more than one row are cut, to one row on a page."""
    monkeypatch.setattr("client.teacher.row_pages.WHOLE_LIST", 1)
    monkeypatch.setattr("client.teacher.row_pages.PAGE_ROWS", 1)


@pytest.mark.usefixtures("long_lists")
def test_a_long_report_of_a_course_is_sent_a_page_at_a_time(reader: SignedIn, course: Course) -> None:
    address = f"{REPORTS}courses/{course.id}"
    first, second = (reader.get(f"{address}?range=all&students={page}").text for page in (1, 2))
    assert "<td" in row_markup(first, "Eileen Collins")
    assert row_markup(first, "Grace Hopper") == ""
    assert "100.0 %" in row_of(first, "Eileen Collins")
    assert row_markup(second, "Eileen Collins") == ""
    assert "33.3 %" in row_of(second, "Grace Hopper")
    found = reader.get(f"{address}?range=all&find=ten").text
    assert "Student Ten" in found
    assert row_markup(found, "Eileen Collins") == ""
    below = reader.get(f"{address}?range=all&below=yes").text
    assert "33.3 %" in row_of(below, "Grace Hopper")
    assert f"{address}?range=all#students" in below
    assert first.count("<figure") == 2  # the plots are of everybody


@pytest.mark.usefixtures("long_lists")
def test_a_long_report_of_a_session_is_sent_a_page_at_a_time(
    reader: SignedIn, sessions: list[Session]
) -> None:
    address = f"{REPORTS}sessions/{sessions[0].id}"
    first, second = (reader.get(f"{address}?students={page}").text for page in (1, 2))
    assert "9:02" in row_of(first, "Eileen Collins")
    assert row_markup(first, "Grace Hopper") == ""
    assert "9:02" in row_of(second, "Grace Hopper")
    assert "<b>66.7 %</b>" in first.replace("\n", "")


def row_markup(page: str, name: str) -> str:
    """The row of the table of students that is about somebody; empty if there is none."""
    table = re.search(r'id="student-rows".*?</table>', page, re.DOTALL)
    rows = re.findall(r"<tr[^>]*>.*?</tr>", table[0] if table else "", re.DOTALL)
    return next((row for row in rows if name in row), "")
