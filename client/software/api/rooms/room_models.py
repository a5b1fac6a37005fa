"""The API's models of who is in the room."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from attendance.marks.live_board import BoardRow
from attendance.presence.answers import AskedBy
from attendance.presence.room_view import CalledStudent, PresenceView
from client.software.api.students.student_models import EXAMPLE_ID, NAMED, StudentName
from client.software.protocol.models import ApiAnswer, shown_as
from client.software.protocol.resources import Body


class SoughtStudent(ApiAnswer):
    """A student to look for."""

    student: str = Field(description="The student's id.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description="The student's roll number.", examples=["17"])
    name: str = Field(description="The student's name.", examples=["Katherine Johnson"])

    @classmethod
    def of(cls, row: BoardRow) -> SoughtStudent:
        """The public view of a row of a board."""
        return cls(student=row.student.id, roll_number=row.student.roll_number, name=row.student.name)


class CalledName(SoughtStudent):
    """A student whose name is to be called out."""

    here: bool | None = Field(description="The teacher's answer; null while it is open.")

    @classmethod
    def of_called(cls, called: CalledStudent) -> CalledName:
        """The public view of a name of a spot check."""
        return cls(**SoughtStudent.of(called.row).model_dump(), here=called.here)


class RoomAbout(ApiAnswer):
    """What is known of who is in the room."""

    pictures: int = Field(description="How many photos or videos of the room there are.", examples=[2])
    checked_in: int = Field(description="How many students have checked in by phone.", examples=[43])
    seen: int = Field(description="How many of them are in the pictures.", examples=[39])
    not_seen: list[SoughtStudent] = Field(
        description="Who has checked in by phone and is in no picture, without those about whom a person has "
        "decided; empty before there is a picture."
    )
    not_checked_in: list[SoughtStudent] = Field(
        description="Who is in a picture and has no mark that counts."
    )
    called: list[CalledName] = Field(description="The names of the latest spot check.")

    @classmethod
    def of(cls, view: PresenceView) -> RoomAbout:
        """The public view of a room."""
        return cls(
            pictures=view.pictures,
            checked_in=view.checked_in,
            seen=view.seen,
            not_seen=[SoughtStudent.of(row) for row in view.not_seen],
            not_checked_in=[SoughtStudent.of(row) for row in view.not_checked_in],
            called=[CalledName.of_called(each) for each in view.called],
        )


class RoomAnswerBody(Body):
    """What a teacher has found."""

    model_config = ConfigDict(json_schema_extra=shown_as(student="17", here=False, asked="looking"))

    student: StudentName = Field(description=NAMED, examples=["17"])
    here: bool = Field(
        description="Whether the student is in the room; false marks them absent by the teacher's word."
    )
    asked: AskedBy = Field(
        AskedBy.LOOKING, description="`looking` around after a picture, or `calling` out the name."
    )
