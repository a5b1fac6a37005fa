"""The commands on held check-ins: review, review accept, review refuse."""

from __future__ import annotations

import click

from attendance.marks.review import HeldReview
from attendance.marks.review_queue import reference
from attendance.register import Register
from attendance.values import ReviewReason
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, AdminGroup, by_option, pass_desk

HEADINGS = ("ID", "Day", "Time", "Why it is held", "Who it may be", "Snapshot")
WHY = {
    ReviewReason.LOOK_ALIKE: "two students look alike",
    ReviewReason.UNPROVEN: "too little is known to be sure",
    ReviewReason.NOT_ME: "the student said that it is not them",
    ReviewReason.NOT_ON_ROSTER: "the student is not on the roster of this course",
    ReviewReason.CODE: "the student typed the code and has no photo",
}


@click.group(
    cls=AdminGroup,
    invoke_without_command=True,
    examples=("review", "review accept 3f2a91", "review accept 3f2a91 17", "review refuse 3f2a91"),
)
@pass_desk
@click.pass_context
def review(context: click.Context, desk: Desk) -> None:
    """List the check-ins that are held for a decision, with the path of each snapshot."""
    if context.invoked_subcommand is not None:
        return
    held = desk.register.reviews.held()
    desk.screen.table(HEADINGS, [_row(desk, one) for one in held])
    if not held:
        desk.screen.note("Nothing is held for review.")


@review.command(cls=AdminCommand, examples=("review accept 3f2a91", "review accept 3f2a91 17"))
@click.argument("review_id", metavar="ID")
@click.argument("roll_number", metavar="[ROLL]", required=False)
@by_option
@pass_desk
def accept(desk: Desk, review_id: str, roll_number: str | None, by: str) -> None:
    """Mark the student that a held check-in shows: ROLL, or the first of those it may be.

    The beginning of an ID is enough where no other has the same.
    """
    held = _held(desk.register, review_id)
    if roll_number is not None:
        student = desk.student(roll_number)
    elif held.candidates:
        student = held.candidates[0][0]
    else:
        raise AdminError("Nobody is named for this check-in any more. Give the roll number after the ID.")
    made = desk.register.reviews.accept(held.review.id, by=by, roll_number=student.roll_number)
    desk.screen.say(f"{student.name} ({student.roll_number}) is {made.status} on {held.session.day}.")


@review.command(cls=AdminCommand, examples=("review refuse 3f2a91",))
@click.argument("review_id", metavar="ID")
@by_option
@pass_desk
def refuse(desk: Desk, review_id: str, by: str) -> None:
    """Decide that a held check-in counts for nobody; its snapshot is erased."""
    held = _held(desk.register, review_id)
    desk.register.reviews.refuse(held.review.id, by=by)
    desk.screen.say(f"The check-in of {desk.local(held.review.created_at)} counts for nobody.")


def _held(register: Register, start: str) -> HeldReview:
    """The held check-in whose id begins so.

    Raises:
        AdminError: there is none, or more than one.
    """
    found = [one for one in register.reviews.held() if _id(one).startswith(start.lower())]
    if not found:
        raise AdminError(
            f"No held check-in has the ID {start}, or it is decided. The command review lists them."
        )
    if len(found) > 1:
        raise AdminError(f"{len(found)} held check-ins have an ID that begins with {start}. Type more of it.")
    return found[0]


def _id(held: HeldReview) -> str:
    """What the check-in is called here, and in the history of its mark."""
    return reference(held.review.id).rpartition(" ")[2]


def _row(desk: Desk, held: HeldReview) -> tuple[str, ...]:
    """A held check-in's line."""
    return (
        _id(held),
        held.session.day,
        desk.local(held.review.created_at),
        WHY[held.review.reason],
        ", ".join(
            f"{student.roll_number} {student.name} ({score:.2f})" for student, score in held.candidates
        ),
        str(held.snapshot) if held.snapshot else "none",
    )
