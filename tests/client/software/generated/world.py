"""A register in which every call of the API has something to do, and arguments with which each succeeds."""

from __future__ import annotations

import base64
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any, NamedTuple

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Alarm, AlarmKind, MarkStatus
from attendance.values.alarms import alarm_id
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.by_phone import by_phone
from tests.client.software.generated.driver import Program

COURSE = "physics"
HOLIDAY = dt.date(2026, 12, 21)


def late_alarm(register: Register, session_id: str, student_id: str) -> str:
    """Raise an alarm about a student; returns its id."""
    kind = AlarmKind.LATE_CODE
    raised = alarm_id(session_id, kind, student_id)
    at = register.clock.now()
    register.store.add_alarm(Alarm(raised, session_id, kind, student_id, (student_id,), at, ("5",)))
    return raised


class Arguments(NamedTuple):
    """What a generated function is called with.

    Attributes:
        path: the ids in the address.
        named: body, query and headers.
    """

    path: tuple[str, ...] = ()
    named: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it


@dataclass(frozen=True)
class World:
    """What there is.

    Attributes:
        student: the id of the student with roll number 1, who is enrolled and has a mark.
        session: the id of the course's open session.
        day_off: the id of a day off.
        photo: the id of an enrolled photo of the student.
        alarm: the id of an alarm about the student.
    """

    student: str
    session: str
    day_off: str
    photo: str
    alarm: str

    @classmethod
    def made(cls, register: Register) -> World:
        """Add a course, a session, a mark and a day off to a register with two students."""
        register.courses.add("Physics", roster=["1", "2"])
        session = register.class_sessions.open_now(COURSE, by="teacher")
        register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=session)
        assert register.store.insert_mark(by_phone(session, register.students.get("2").id))
        day_off = register.days_off.add("Christmas holidays", HOLIDAY.isoformat(), "", by="admin")
        student = register.students.get("1")
        person = NewStudent("1", student.name, email="eileen@example.org", department="Space", year="2")
        register.students.change(student.id, person, active=True)
        photo = register.photos.of(student)[0]
        return cls(student.id, session.id, day_off.id, photo.id, late_alarm(register, session.id, student.id))

    @property
    def ids(self) -> dict[str, str]:
        """What the parameters of addresses name."""
        named = {
            "student": self.student,
            "session": self.session,
            "day_off": self.day_off,
            "photo": self.photo,
            "alarm": self.alarm,
        }
        return {**named, "course": COURSE}

    def calls(self, program: Program) -> dict[str, Arguments]:
        """Arguments with which every call succeeds, if they are made one after the other in this order."""
        models, types = program.models, program.types
        photo = photo_of(COLLINS, side=80)

        def file(side: int) -> Any:
            return types.File(io.BytesIO(photo_of(COLLINS, side=side)), "face.png", "image/png")

        students, courses = ((self.student,), (COURSE,))
        sessions, marks = (self.session,), (self.session, self.student)
        return {
            "get_about": Arguments(),
            "list_students": Arguments(named={"limit": 1, "course": COURSE}),
            "get_student": Arguments(students),
            "list_templates": Arguments(students),
            "list_changes": Arguments(named={"limit": 1}),
            "list_photos": Arguments(students),
            "list_courses": Arguments(),
            "get_course": Arguments(courses),
            "list_days_off": Arguments(),
            "get_day_off": Arguments((self.day_off,)),
            "list_sessions": Arguments(named={"course": COURSE, "first_day": dt.date(2026, 11, 1)}),
            "get_session": Arguments(sessions),
            "list_alarms": Arguments(sessions),
            "list_marks": Arguments(named={"course": COURSE, "status": [models.MarkStatus.PRESENT]}),
            "get_mark": Arguments(marks),
            "get_room": Arguments(sessions),
            "detect_faces": Arguments(named={"body": models.DetectForm(file(81))}),
            "recognise_faces": Arguments(named={"body": models.RecogniseForm(file(82), course=COURSE)}),
            "verify_student": Arguments(
                named={"body": models.VerifyBody(base64.b64encode(photo).decode(), student="1")}
            ),
            "add_student": Arguments(named={"body": models.NewStudentBody("17", name="Katherine Johnson")}),
            "change_student": Arguments(students, {"body": models.StudentChange(phone="303 555 0117")}),
            "add_templates": Arguments(students, {"body": models.PhotosForm([file(83), file(84)])}),
            "add_photos": Arguments(students, {"body": models.PhotosForm([file(85)])}),
            "add_course": Arguments(
                named={
                    "body": models.NewCourseBody(
                        "Chemistry",
                        roster=["1"],
                        schedule=[models.Meeting(weekday=0, start="14:00", minutes=90)],
                        first_day=dt.date(2026, 9, 1),
                        liveness=models.LivenessMode.FLAG,
                        movements=2,
                    )
                }
            ),
            "change_course": Arguments(courses, {"body": models.CourseChange(late_after_minutes=10)}),
            "change_roster": Arguments(courses, {"body": models.RosterChange(add=["17"], remove=["2"])}),
            "add_day_off": Arguments(
                named={"body": models.NewDayOffBody("Sports day", first_day=dt.date(2026, 12, 1))}
            ),
            "remove_day_off": Arguments((self.day_off,)),
            "open_session": Arguments(named={"body": models.NewSessionBody(COURSE)}),
            "mark_student": Arguments(
                marks, {"body": models.MarkBody(models.MarkBodyStatus.EXCUSED, note="at the dentist")}
            ),
            "mark_students": Arguments(
                sessions,
                {
                    "body": models.MarksBody(
                        [
                            models.MarkLine(models.MarkLineStatus.LATE, student="1"),
                            models.MarkLine(models.MarkLineStatus.LATE, student="nobody"),
                        ]
                    )
                },
            ),
            "draw_spot_check": Arguments(sessions),
            "answer_in_room": Arguments(sessions, {"body": models.RoomAnswerBody("2", here=True)}),
            "withdraw_mark": Arguments(marks),
            "settle_alarm": Arguments((self.session, self.alarm), {"body": models.SettleBody(for_good=True)}),
            "close_session": Arguments(sessions),
            "reopen_session": Arguments(sessions, {"body": models.ReopenBody()}),
            "cancel_session": Arguments(sessions, {"body": models.CancelBody(why="teacher ill")}),
            "restore_session": Arguments(sessions),
            "erase_photo": Arguments((self.student, self.photo)),
            "erase_photos": Arguments(students),
            "erase_templates": Arguments(students),
            "record_consent": Arguments(
                students,
                {
                    "body": models.ConsentBody(
                        "signed form",
                        giver=models.ConsentParty.GUARDIAN,
                        form=models.ConsentForm.PAPER,
                        given_on=dt.date(2026, 11, 20),
                        valid_until=dt.date(2030, 7, 31),
                        guardian="Joylette Coleman",
                    )
                },
            ),
            "record_objection": Arguments(
                students, {"body": models.ObjectionBody(objector=models.ConsentParty.GUARDIAN)}
            ),
            "undo_objection": Arguments(
                students, {"body": models.UndoObjectionBody(models.ConsentParty.GUARDIAN)}
            ),
            "erase_student": Arguments(students),
        }
