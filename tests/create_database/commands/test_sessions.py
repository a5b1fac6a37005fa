"""Sessions are cancelled and restored, days off are kept, and students are marked in any session."""

from __future__ import annotations

import pytest

from attendance.classes.session_doubts import DoubtKind
from attendance.values import MarkStatus, Role, ScheduleRule
from tests.create_database.admin import Admin, rows

# The clock stands at 10:00 on Monday 23 November 2026, local time.


@pytest.fixture
def admin_of_courses(admin_of_two: Admin) -> Admin:
    """Physics has Collins (17) and Hopper (18) at 9:00 on Mondays; Chemistry has Hopper alone."""
    with admin_of_two.register() as register:
        monday = [ScheduleRule(0, "09:00", 120), ScheduleRule(0, "14:00", 60)]
        register.courses.add("Physics", roster=["17", "18"], schedule=monday)
        register.courses.add("Chemistry", roster=["18"], schedule=[ScheduleRule(0, "09:30", 60)])
    return admin_of_two


NINE, TWO = "physics|2026-11-23|09:00", "physics|2026-11-23|14:00"


class TestSession:
    def test_it_is_listed_cancelled_and_restored(self, admin_of_courses: Admin) -> None:
        admin = admin_of_courses

        def states(*words: str) -> list[list[str]]:
            return [[row[0], *row[4:]] for row in rows(admin.types("session", "list", *words).stdout)]

        assert states("--course", "Physics") == [[NINE, "open", ""]]
        assert len(states()) == 2
        done = admin.types("session", "cancel", NINE, "--why", "teacher ill", "--by", "Registrar")
        assert done.stdout == "Physics, 2026-11-23 09:00 is cancelled. Nobody is absent.\n"
        assert states("--course", "physics") == [[NINE, "cancelled", "teacher ill"]]
        again = admin.types("session", "cancel", NINE, "--why", "another")
        assert "was cancelled before. By Registrar at 2026-11-23 10:00. Reason: teacher ill" in again.stdout
        done = admin.types("session", "restore", NINE)
        assert done.stdout == "Physics, 2026-11-23 09:00 is not cancelled. It is open.\n"
        none = admin.types("session", "cancel", "nothing")
        assert (none.exit_code, "There is no session 'nothing'" in none.stderr) == (1, True)
        empty = admin.types("session", "list", "--day", "2026-11-22")
        assert empty.stderr == "There are no sessions on this day.\n"

    def test_marks_of_a_cancelled_one_are_not_listed_until_it_is_restored(
        self, admin_of_courses: Admin
    ) -> None:
        admin = admin_of_courses
        admin.types("mark", "17", "late", "--session", NINE)
        admin.types("session", "cancel", NINE)
        assert rows(admin.types("marks").stdout) == []
        refused = admin.types("mark", "17", "present", "--session", NINE)
        assert (refused.exit_code, "Restore it first" in refused.stderr) == (1, True)
        admin.types("session", "restore", NINE)
        assert [row[4] for row in rows(admin.types("marks").stdout)] == ["late"]


class TestMark:
    def test_the_only_session_of_the_students_courses_is_found(self, admin_of_courses: Admin) -> None:
        admin = admin_of_courses
        admin.clock.advance(hours=4, minutes=30)  # the session of the afternoon has begun
        done = admin.types("mark", "17", "present")
        assert done.stdout == "Eileen Collins (17) is present in Physics on 2026-11-23.\n"
        (row,) = rows(admin.types("session", "list").stdout)
        assert row[0] == TWO

    def test_of_several_one_is_chosen_by_course_or_id(self, admin_of_courses: Admin) -> None:
        admin = admin_of_courses
        several = admin.types("mark", "18", "present")
        assert several.exit_code == 1
        for text in ("There are 3 sessions", NINE, TWO, "chemistry|2026-11-23|09:30", "--session"):
            assert text in several.stderr
        done = admin.types("mark", "18", "present", "--course", "Chemistry")
        assert done.stdout == "Grace Hopper (18) is present in Chemistry on 2026-11-23.\n"
        assert admin.types("mark", "18", "excused", "--session", TWO).exit_code == 0
        listed = {(row[1], row[4]) for row in rows(admin.types("marks").stdout)}
        assert listed == {("Chemistry", "present"), ("Physics", "excused")}
        guest = admin.types("mark", "17", "present", "--session", "chemistry|2026-11-23|09:30")
        assert guest.exit_code == 0
        assert guest.stderr == "Eileen Collins is not on the roster of Chemistry, and counts as a guest.\n"
        assert done.stderr == ""

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--session", "physics|2026-11-23|08:00"), f"Sessions on 2026-11-23: {NINE}"),
            (("--session", "physics|2026-11-22|08:00"), "There is no session on 2026-11-22."),
            (("--session", "nonsense"), "There is no session nonsense."),
            (("--course", "History"), "There is no course History"),
            (("--course", "Chemistry", "--day", "2026-11-22"), "There is no session on 2026-11-22."),
        ],
    )
    def test_what_is_not_found_is_said_with_what_there_is(
        self, admin_of_courses: Admin, words: tuple[str, ...], said: str
    ) -> None:
        done = admin_of_courses.types("mark", "17", "present", *words)
        assert done.exit_code == 1
        assert said in done.stderr

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--session", NINE, "--day", "2026-11-23"), "Omit --day and --course"),
            (("--day", "all"), "A mark belongs to one day."),
        ],
    )
    def test_options_that_do_not_go_together_are_wrong_usage(
        self, admin_of_courses: Admin, words: tuple[str, ...], said: str
    ) -> None:
        done = admin_of_courses.types("mark", "17", "present", *words)
        assert done.exit_code == 2
        assert said in done.stderr

    def test_where_there_was_a_session_of_another_course_it_is_not_denied(
        self, admin_of_courses: Admin
    ) -> None:
        admin = admin_of_courses
        admin.types("session", "list")  # opens what is due
        with admin.register() as register:
            register.courses.change("physics", schedule=[], roster=["18"])
        done = admin.types("mark", "17", "present", "--course", "Chemistry")
        assert done.exit_code == 0
        done = admin.types("mark", "17", "present")
        assert "There is no session of a course of Eileen Collins on 2026-11-23." in done.stderr
        assert "chemistry|2026-11-23|09:30" in done.stderr

    def test_a_user_is_named_under_by(self, admin_of_courses: Admin) -> None:
        admin = admin_of_courses
        with admin.register() as register:
            user = register.accounts.add("kepler", "J. Kepler", Role.TEACHER, password="ellipses and areas")
            (session, *_) = register.class_sessions.open_ones()
            student = register.students.get("17")
            register.corrections.mark_rest(session.id, MarkStatus.ABSENT, by=user.id)
            assert register.store.mark(session.id, student.id) is not None
        admin.types("mark", "18", "late", "--session", "chemistry|2026-11-23|09:30", "--by", "Registrar")
        assert {row[7] for row in rows(admin.types("marks").stdout)} == {"J. Kepler", "Registrar"}

    def test_what_is_marked_by_hand_is_called_so(self, admin_of_courses: Admin) -> None:
        admin = admin_of_courses
        with admin.register() as register:
            past = register.class_sessions.plan(
                "physics", day="2026-11-20", start="10:00", minutes=45, by="t1", confirmed=tuple(DoubtKind)
            )
        admin.types("session", "cancel", past.id)
        assert "It is marked by hand." in admin.types("session", "restore", past.id).stdout
        (row,) = rows(admin.types("session", "list", "--day", "2026-11-20").stdout)
        assert row[4] == "marked by hand"


class TestDayOff:
    def test_it_is_added_listed_and_removed(self, admin: Admin) -> None:
        words = ("Christmas holidays", "--first", "2026-12-21", "--last", "2027-01-03", "--by", "Registrar")
        done = admin.types("day-off", "add", *words)
        assert (done.stdout, done.stderr) == ("Christmas holidays: 2026-12-21 to 2027-01-03.\n", "")
        (row,) = rows(admin.types("day-off", "list").stdout)
        assert row == [
            "off-2026-12-21-2027-01-03",
            "Christmas holidays",
            "2026-12-21",
            "2027-01-03",
            "",
            "Registrar",
        ]
        again = admin.types("day-off", "add", "Xmas", *words[1:])
        assert "had this name already" in again.stderr
        assert again.stdout == done.stdout
        removed = admin.types("day-off", "remove", row[0])
        assert removed.stdout == "Christmas holidays (2026-12-21 to 2027-01-03) was removed.\n"
        assert admin.types("day-off", "remove", row[0]).exit_code == 1
        assert "There are no days off yet" in admin.types("day-off", "list").stderr

    @pytest.mark.parametrize(
        ("words", "code"),
        [((), 2), (("--first", "soon"), 2), (("--first", "2026-12-21", "--last", "2026-12-20"), 1)],
    )
    def test_nonsense_is_refused(self, admin: Admin, words: tuple[str, ...], code: int) -> None:
        assert admin.types("day-off", "add", "Snow", *words).exit_code == code
        assert rows(admin.types("day-off", "list").stdout) == []

    def test_a_calendar_is_imported(self, admin: Admin) -> None:
        file = admin.folder / "holidays.ics"
        event = "BEGIN:VEVENT\nSUMMARY:{}\nDTSTART:{}\nEND:VEVENT\n"
        events = (
            event.format("Snow", "20261201") + event.format("Old", "20251201") + event.format("Exam", "soon")
        )
        file.write_text("BEGIN:VCALENDAR\n" + events)
        day = "Snow: 2026-12-01 to 2026-12-01.\n"
        for words, said, stored in (
            (("--dry-run",), day + "Dry run: nothing was changed.\n", 0),
            ((), day, 1),
            ((), "", 1),
        ):
            done = admin.types("day-off", "import", str(file), *words)
            assert done.stdout == said
            assert "1 event over, and left out." in done.stderr
            assert ("1 event entered already, and left out." in done.stderr) is not bool(said)
            assert "Exam: only events of whole days are days off." in done.stderr
            assert len(rows(admin.types("day-off", "list").stdout)) == stored
        file.write_text("name\n")
        assert admin.types("day-off", "import", str(file)).exit_code == 1

    def test_an_import_names_the_sessions_that_exist_and_changes_none(self, admin_of_courses: Admin) -> None:
        admin = admin_of_courses
        admin.types("session", "list")  # opens what is due
        file = admin.folder / "holidays.ics"
        file.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Snow\nDTSTART:20261123\nEND:VEVENT\n")
        done = admin.types("day-off", "import", str(file))
        assert "On these days there are 2 sessions already" in done.stderr
        assert f"  {NINE} (Physics, 2026-11-23 09:00)\n" in done.stderr
        assert "They were not changed." in done.stderr
        assert [row[4] for row in rows(admin.types("session", "list").stdout)] == ["open", "open"]

    def test_sessions_that_exist_are_listed_and_cancelled_only_where_asked(
        self, admin_of_courses: Admin
    ) -> None:
        admin = admin_of_courses
        admin.types("session", "list")  # opens what is due
        done = admin.types("day-off", "add", "Snow", "--first", "2026-11-23")
        assert "On these days there are 2 sessions already" in done.stderr
        assert "create_database session cancel ID" in done.stderr
        assert NINE in done.stderr
        assert [row[4] for row in rows(admin.types("session", "list").stdout)] == ["open", "open"]
        done = admin.types("day-off", "add", "Snow", "--first", "2026-11-23", "--cancel-sessions")
        assert "2 sessions cancelled" in done.stdout
        listed = [row[4:] for row in rows(admin.types("session", "list").stdout)]
        assert listed == [["cancelled", "Snow"]] * 2
        done = admin.types("day-off", "remove", "off-2026-11-23", "--restore-sessions")
        assert "2 sessions restored." in done.stdout
        assert [row[4] for row in rows(admin.types("session", "list").stdout)] == ["open", "open"]
