"""The command privacy: writes a document for the law, filled in from the settings in use."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.files.whole_file import new_file
from attendance.privacy.documents.catalogue import DOCUMENTS
from attendance.privacy.texts import DocumentLanguage
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, GivenPath, pass_admin_context


@click.command(
    "privacy",
    cls=AdminCommand,
    examples=(
        "privacy notice",
        "privacy notice --to notice.html",
        "privacy consent-form --language de --to einwilligung.html",
    ),
)
@click.argument("document", type=click.Choice(tuple(DOCUMENTS)))
@click.option(
    "--language",
    type=click.Choice(tuple(each.value for each in DocumentLanguage)),
    default=DocumentLanguage.ENGLISH.value,
    show_default=True,
    help="The language of the document.",
)
@click.option(
    "--to",
    "target",
    metavar="FILE",
    type=GivenPath(path_type=Path),
    help="The file to write, which must not exist yet; without it, the page is printed.",
)
@pass_admin_context
def privacy(context: AdminContext, document: str, *, language: str, target: Path | None) -> None:
    """Write a document as an HTML page, which any browser shows and prints.

    What only the school knows is a line to fill in, or comes from ATTENDANCE_CONTROLLER,
    ATTENDANCE_PRIVACY_CONTACT and ATTENDANCE_LEGAL_BASIS.
    """
    page = context.register.law_documents.html(document, DocumentLanguage(language))
    if target is None:
        click.echo(page, nl=False)
        return
    try:
        with new_file(target) as file:
            file.write(page.encode())
    except FileExistsError as error:
        raise AdminError(f"{target} is there already. Name a new file with --to.") from error
    context.screen.say(f"Written: {target}. Open it in a browser, and print it.")
