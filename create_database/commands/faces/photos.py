"""The command photos."""

from __future__ import annotations

import click

from attendance.enrolment.enrolled_photos import EnrolledPhoto
from attendance.program import admin_command, typed
from attendance.values import Student
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_admin_context

PHOTO_HEADINGS = ("Photo", "Enrolled", "Engine", "Quality", "Portrait")
SHOWN_OF_ID = 12  # hex digits; more than enough to tell one student's photos apart


@click.command(
    cls=AdminCommand, examples=("photos 17", "photos 17 --erase 9f86d081884c", "photos 17 --erase 9f86 --yes")
)
@click.argument("roll_number", metavar="ROLL")
@click.option("--erase", metavar="PHOTO", help="Erase one photo: its id in the list, or the beginning of it.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@by_option
@pass_admin_context
def photos(context: AdminContext, roll_number: str, *, erase: str | None, yes: bool, by: str) -> None:
    """List the enrolled photos of a student, or erase one of them.

    The portrait goes with the photo that it is cut from. The other photos stay.
    """
    student = context.student(roll_number)
    enrolled = context.register.photos.of(student)
    if erase is None:
        context.screen.table(PHOTO_HEADINGS, [_photo_row(context, photo) for photo in enrolled])
        if not enrolled:
            context.screen.note(f"No photo of {student.name} ({student.roll_number}) is enrolled.")
        return
    photo = _photo_called(enrolled, erase, student)
    with_it = ", and with it the portrait" if photo.is_portrait else ""
    named_photo = f"photo {photo.id[:SHOWN_OF_ID]} of {student.name} ({student.roll_number}){with_it}"
    if not yes:
        context.screen.note(f"This erases {named_photo}. It can't be undone.")
        if not click.confirm("Erase it?", err=True):
            raise AdminError("Nothing was erased.")
    context.register.photos.erase(student, photo.id, by=by)
    context.screen.say(f"Erased: {named_photo}.")
    if len(enrolled) == 1:
        context.screen.note("It was the last one: the student can't be recognised until a photo is enrolled.")


def _photo_row(context: AdminContext, photo: EnrolledPhoto) -> tuple[str, ...]:
    """A photo's row in the list."""
    is_portrait = "yes" if photo.is_portrait else ""
    enrolled = context.local(photo.created_at)
    return photo.id[:SHOWN_OF_ID], enrolled, photo.engine, f"{photo.quality:.2f}", is_portrait


def _photo_called(enrolled: list[EnrolledPhoto], beginning: str, student: Student) -> EnrolledPhoto:
    """The only photo whose id begins so.

    Raises:
        AdminError: there is none, or there are several.
    """
    found = [photo for photo in enrolled if photo.id.startswith(beginning.lower())]
    if len(found) != 1 or not beginning:
        several = "Several photos" if found else "No photo"
        raise AdminError(
            f"{several} of {student.name} ({student.roll_number}) with an id that begins with {beginning!r}. "
            f"List the ids: {admin_command('photos', typed(student.roll_number))}"
        )
    return found[0]
