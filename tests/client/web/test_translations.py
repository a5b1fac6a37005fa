"""Texts can be collected, translated and shown in the browser's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string

from client.web.translations import init_translations
from tests.client.page_texts import TEMPLATES, marked_texts, one_form_texts, unmarked_texts

NUMBER_OF_THINGS = re.compile(
    r"%\(\w+\)[sd] (?:\w+ )?(absences|attempts|characters|check-ins|courses|days|faces|files|hours|letters|"
    r"marks|meetings|minutes|months|notices|people|photos|seconds|sessions|students|templates|times|videos|weeks)\b"
)
# Two fixed numbers, which are never 1.
TWO_NUMBERS = {text for text in marked_texts() if text.startswith(("Up to %(photos)d photos, or one video",))}
SAME_IN_ALL_LANGUAGES = frozenset({"Excel", "CSV", "ABC 234"})  # the last one shows how a typed code looks


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An app with a catalogue for German that knows one text."""
    catalogue = Catalog(locale="de")
    catalogue.add("Log in", "Anmelden")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    init_translations(app)

    @app.get("/")
    def page() -> str:
        return render_template_string('{{ page_language() }}: {{ _("Log in") }}, {{ _("Log out") }}')

    return app


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de: Anmelden, Log out"),
        ("de", "de: Anmelden, Log out"),
        ("en-GB,de;q=0.5", "en: Log in, Log out"),
        ("fr", "en: Log in, Log out"),
        ("", "en: Log in, Log out"),
    ],
)
def test_a_page_speaks_the_browsers_language_where_it_can(app: Flask, wanted: str, shown: str) -> None:
    assert app.test_client().get("/", headers={"Accept-Language": wanted}).text == shown


def test_sentences_with_a_number_of_things_have_a_plural() -> None:
    found = {text: name for text, name in one_form_texts().items() if NUMBER_OF_THINGS.search(text)}
    assert found.keys() == TWO_NUMBERS, found


def test_the_texts_of_code_forms_and_templates_are_collected() -> None:
    assert {
        "Wrong username or password. Try again.",  # of a view
        "New password again",  # of a form
        "Students don't need an account: they scan the QR code in class.",  # of a template
        "Check in someone else",  # of a phone's page
        "Scan the code with your phone to check in.",  # of the projector page
    } <= marked_texts().keys()


def test_no_template_has_a_text_that_is_not_marked() -> None:
    found = {
        template.relative_to(TEMPLATES).as_posix(): [
            text for text in unmarked_texts(template) if text not in SAME_IN_ALL_LANGUAGES
        ]
        for template in TEMPLATES.rglob("*.html")
    }
    assert len(found) > 50
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_an_unmarked_text_would_be_found(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '{# A comment. #}<p class="card" title="Read me">Hello {{ name }}, welcome</p>'
        "{% trans %}Marked{% endtrans %}<script>let hidden;</script><b>{{ _('Marked too') }}</b>"
    )
    assert unmarked_texts(template) == ["Read me", "Hello", ", welcome"]
