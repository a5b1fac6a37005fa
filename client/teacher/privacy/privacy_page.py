"""What is stored about students, what is erased next, and documents for the law, for admins to print."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, render_template, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from attendance.privacy.documents.catalogue import DOCUMENTS
from attendance.privacy.documents.for_the_file import switches
from attendance.privacy.documents.html_page import AS_OF
from attendance.privacy.documents.parts import TableOfTexts
from attendance.privacy.documents.site_facts import promises
from attendance.privacy.retention import DueKind
from attendance.privacy.stored import HEADINGS, what_is_stored
from attendance.privacy.texts import DocumentLanguage
from client.access.roles import Access, Pages
from client.web.services import site_today, the_register

blueprint = Pages("privacy", __name__, access=Access.ADMIN, url_prefix="/admin/privacy")

AHEAD = timedelta(days=90)
MOST_SHOWN = 200  # of what is erased next
WHAT = {
    DueKind.STUDENT: _l("A student who left, with everything"),
    DueKind.CONSENT: _l("The face of a student whose consent ends"),
    DueKind.PHOTO: _l("An enrolled photo"),
    DueKind.FILE: _l("A file"),
}


@blueprint.get("/")
def index() -> str:
    """The table of what is stored, and what the retention clock erases next."""
    register = the_register()
    due = register.retention.due(register.clock.now() + AHEAD)
    return render_template(
        "teacher/privacy/index.html",
        names=[(name, register.law_documents.document(name).title.in_(_language())) for name in DOCUMENTS],
        promises=[each.in_(_language()) for each in promises(register.law_documents.facts())],
        switches=_table(switches(register.law_documents.facts()), _language()),
        headings=[each.in_(_language()) for each in HEADINGS],
        stored=[kind.cells(_language()) for kind in what_is_stored(register.settings)],
        due=due[:MOST_SHOWN],
        more=max(0, len(due) - MOST_SHOWN),
        what=WHAT,
        days=AHEAD.days,
        day=register.clock.now(),
    )


@blueprint.get("/documents/<name>")
def document(name: str) -> str:
    """A document to print; the address chooses the language, otherwise the browser does."""
    if name not in DOCUMENTS:
        abort(404)
    register, asked = the_register(), request.args.get("language", "")
    language = DocumentLanguage(asked) if asked in {*DocumentLanguage} else _of_browser()
    return render_template(
        "teacher/privacy/document.html",
        name=name,
        document=register.law_documents.document(name),
        language=language,
        languages=[each.value for each in DocumentLanguage],
        as_of=AS_OF.in_(language),
        day=site_today().isoformat(),
    )


def _language() -> DocumentLanguage:
    """The page's language, if documents have it."""
    found = str(get_locale())[:2]
    return DocumentLanguage(found) if found in {*DocumentLanguage} else DocumentLanguage.ENGLISH


def _of_browser() -> DocumentLanguage:
    """The language that the browser asks for, whether or not pages have it."""
    return DocumentLanguage(
        request.accept_languages.best_match([*DocumentLanguage], DocumentLanguage.ENGLISH)
    )


def _table(table: TableOfTexts, language: DocumentLanguage) -> dict[str, object]:
    return {
        "headings": [each.in_(language) for each in table.headings],
        "rows": [[cell.in_(language) for cell in row] for row in table.rows],
    }
