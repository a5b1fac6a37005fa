"""The command verify-receipt: whether a receipt or a certificate is genuine, and if the register agrees."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.audit.receipts.certificate import MOST_CHARACTERS
from attendance.audit.receipts.findings import Compared, ReceiptFinding, ReceiptStanding, VerifiedText
from attendance.audit.receipts.reading import verify
from attendance.audit.receipts.signing import key_text, read_key
from attendance.errors import SessionNotFoundError
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_admin_context

_REFUSED = {
    ReceiptFinding.NOT_OURS: "Not one of ours: this key didn't sign it, or it was changed.",
    ReceiptFinding.WRONG_LENGTH: (
        "A receipt's line has seven groups of six characters. Some are missing, or there are too many."
    ),
    ReceiptFinding.NOTHING: "This is neither a receipt nor a certificate.",
    ReceiptFinding.LINE_NEEDS_SITE: (
        "A line can be verified only with the site's secret, by this command without --key or on the site's "
        "page. With --key, give the text of the QR code."
    ),
}
_STANDINGS = {
    ReceiptStanding.THERE: "The mark is there.",
    ReceiptStanding.CHANGED: "The mark was changed later: {now}.",
    ReceiptStanding.WITHDRAWN: "The mark was withdrawn or changed later and doesn't count: {now}.",
    ReceiptStanding.IN_REVIEW: "The mark is in review, and doesn't count until somebody decides.",
    ReceiptStanding.CANCELLED: "The class was cancelled later, so its marks don't count.",
    ReceiptStanding.NO_MARK: (
        "The register no longer has the mark: the student was erased, or the mark was deleted outside the "
        "program."
    ),
    ReceiptStanding.NO_SESSION: "The register no longer has this class.",
}


@click.command(
    cls=AdminCommand,
    examples=(
        "verify-receipt 5CABCD-EFGHJK-MNPQRS-TVWXYZ-012345-6789AB-CDEFGH",
        "verify-receipt --file erased.txt",
        "verify-receipt --key KEY --file qr-code.txt",
    ),
)
@click.argument("line", nargs=-1)
@click.option("--file", metavar="FILE", help="A file with a certificate, or with the text of a QR code.")
@click.option(
    "--key", metavar="KEY", help="The public key of a site; verifies without its register and its secret."
)
@click.option("--show-key", is_flag=True, help="Show the public key of this site.")
@pass_admin_context
def verify_receipt(
    context: AdminContext, line: tuple[str, ...], file: str | None, key: str | None, *, show_key: bool
) -> None:
    """Verify a student's receipt, or the certificate of an erasure. Nothing is changed.

    LINE is the receipt's line, or the text of its QR code.
    """
    if show_key:
        context.screen.say(key_text(context.register.receipts.keys.public_key))
        return
    text = _given(line, file)
    found = context.register.receipts.verify(text) if key is None else verify(text, _key(key))
    if found.receipt is None:
        _say_without(context, found)
        return
    receipt = found.receipt
    moment = context.local(receipt.at) if key is None else f"{receipt.at:%Y-%m-%d %H:%M %z}"
    context.screen.say(f"Genuine: {receipt.status.value} at {moment}.")
    if key is None:
        _say_standing(context, context.register.receipts.compare(receipt))


def _given(line: tuple[str, ...], file: str | None) -> str:
    if bool(line) == (file is not None):
        raise click.UsageError("Give either a line or --file.")
    if file is None:
        return " ".join(line)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(4 * MOST_CHARACTERS).decode(errors="replace")
    except OSError as error:
        raise AdminError(f"{file} can't be read: {error.strerror}.") from error


def _key(text: str) -> bytes:
    try:
        return read_key(text)
    except ValueError as error:
        raise AdminError(str(error)) from error


def _say_without(context: AdminContext, found: VerifiedText) -> None:
    """What is to say of a text that is no genuine receipt."""
    if found.finding is ReceiptFinding.CERTIFICATE:
        context.screen.say("Genuine: this certificate was signed by the site, and nothing in it was changed.")
        return
    if found.finding is ReceiptFinding.DAMAGED:
        raise AdminError(f"Damaged: check group {found.group}.")
    raise AdminError(_REFUSED[found.finding])


def _say_standing(context: AdminContext, compared: Compared) -> None:
    register = context.register
    if compared.session is not None:
        try:
            course = register.sessions.course_of(compared.session).name
        except SessionNotFoundError:
            course = compared.session.course_id
        context.screen.say(f"Class: {course}, {compared.session.day}.")
    if compared.mark is not None and (student := register.store.student(compared.mark.student_id)):
        context.screen.say(f"Student: {student.name} ({student.roll_number}). Compare it with who shows it.")
    now = "" if compared.mark is None else compared.mark.status.value
    context.screen.say(_STANDINGS[compared.standing].format(now=now))
