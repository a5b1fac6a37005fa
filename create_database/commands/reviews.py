"""The commands review, review accept, review refuse and review snapshot."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.files.whole_file import create_whole
from attendance.marks.reviews.review import HeldReview
from attendance.program import admin_command
from attendance.register import Register
from attendance.values import ReviewReason
from attendance.values.reviews import short_reference
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, AdminGroup, GivenPath, by_option, pass_admin_context

HEADINGS = ("ID", "Day", "Time", "Reason", "Candidates", "Snapshot")
REASONS = {
    ReviewReason.LOOK_ALIKE: "two students look alike",
    ReviewReason.UNPROVEN: "the match is uncertain",
    ReviewReason.NOT_ME: "the student objected: that's not me",
    ReviewReason.NOT_ON_ROSTER: "the student is not on the course's roster",
    ReviewReason.MOVEMENT: "the head did not turn as asked, twice",
    ReviewReason.NO_MOVEMENT: "the phone could not show a movement",
    ReviewReason.OTHER_BROWSER: "the page was opened in another browser than it was sent from",
    ReviewReason.TAKEN_BACK: "the student was marked absent after checking in, and checked in again",
    ReviewReason.CODE: "check-in with a roll number, without a photo",
}


@click.group(
    cls=AdminGroup,
    invoke_without_command=True,
    examples=("review", "review accept 3f2a91", "review accept 3f2a91 17", "review refuse 3f2a91"),
)
@pass_admin_context
@click.pass_context
def review(ctx: click.Context, context: AdminContext) -> None:
    """List the check-ins that need review, with the path of each sealed snapshot."""
    if ctx.invoked_subcommand is not None:
        return
    held = context.register.reviews.held()
    context.screen.table(HEADINGS, [_row(context, one) for one in held])
    if not held:
        context.screen.note("Nothing needs review.")


@review.command(
    cls=AdminCommand,
    examples=("review accept 3f2a91", "review accept 3f2a91 17", "review accept 3f2a91 --guest"),
)
@click.argument("review_id", metavar="ID")
@click.argument("roll_number", metavar="[ROLL]", required=False)
@click.option("--guest", is_flag=True, help="Mark the student in this session only, and change no roster.")
@by_option
@pass_admin_context
def accept(context: AdminContext, review_id: str, roll_number: str | None, by: str, *, guest: bool) -> None:
    """Mark the student ROLL, or else the first candidate.

    The first characters of the ID are enough if they are unique.
    """
    held = _held(context.register, review_id)
    if roll_number is not None:
        student = context.student(roll_number)
    elif held.candidates:
        student = held.candidates[0][0]
    else:
        raise AdminError("This check-in has no candidates. Give a roll number after the ID.")
    made = context.register.reviews.accept(
        held.review.id, by=by, roll_number=student.roll_number, as_guest=guest
    )
    context.screen.say(f"{student.name} ({student.roll_number}) is {made.status} on {held.session.day}.")


@review.command(cls=AdminCommand, examples=("review refuse 3f2a91", "review refuse 3f2a91 --alike"))
@click.argument("review_id", metavar="ID")
@click.option("--alike", is_flag=True, help="Reject all of the same session and reason.")
@by_option
@pass_admin_context
def refuse(context: AdminContext, review_id: str, by: str, *, alike: bool) -> None:
    """Reject all candidates of a check-in; its snapshot is erased."""
    held = _held(context.register, review_id)
    if alike:
        count = context.register.reviews.refuse_alike(held.review.id, by=by)
        context.screen.say(f"Check-ins refused: {count}. Nobody was marked.")
        return
    context.register.reviews.refuse(held.review.id, by=by)
    context.screen.say(
        f"The check-in of {context.local(held.review.created_at)} was refused. Nobody was marked."
    )


@review.command(cls=AdminCommand, examples=("review snapshot 3f2a91 picture.jpg",))
@click.argument("review_id", metavar="ID")
@click.argument("file", type=GivenPath(path_type=Path, dir_okay=False))
@pass_admin_context
def snapshot(context: AdminContext, review_id: str, file: Path) -> None:
    """Save the snapshot of a check-in as a JPEG file, which isn't sealed: delete it afterwards."""
    held = _held(context.register, review_id)
    jpeg = context.register.snapshots.read(held.review.snapshot) if held.review.snapshot else None
    if jpeg is None:
        raise AdminError("This check-in has no snapshot.")
    try:
        created = create_whole(file, jpeg)
    except OSError as error:
        raise AdminError(f"{file} can't be written ({error.strerror}).") from error
    if not created:
        raise AdminError(f"There is a file {file} already. Choose another name.")
    context.screen.note(f"The snapshot is in {file}. Delete it when the check-in is decided.")


def _held(register: Register, start: str) -> HeldReview:
    """The check-in in review whose id begins with these characters.

    Raises:
        AdminError: there is none, or more than one.
    """
    found = [one for one in register.reviews.held() if _id(one).startswith(start.lower())]
    if not found:
        raise AdminError(
            f"No check-in that needs review has the ID {start}. To list them, run: {admin_command('review')}"
        )
    if len(found) > 1:
        raise AdminError(f"{len(found)} IDs begin with {start}. Give more characters.")
    return found[0]


def _id(held: HeldReview) -> str:
    """The short id of a check-in, also used in the history of its mark."""
    return short_reference(held.review.id)


def _row(context: AdminContext, held: HeldReview) -> tuple[str, ...]:
    """A check-in's row in the list."""
    return (
        _id(held),
        held.session.day,
        context.local(held.review.created_at),
        REASONS[held.review.reason],
        ", ".join(
            f"{student.roll_number} {student.name} ({score:.2f})" for student, score in held.candidates
        ),
        str(held.snapshot) if held.snapshot else "none",
    )
