"""Texts can be collected, translated and shown in the browser's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string

from attendance.sentences import said, sentence
from client.web.translations import init_translations
from tests.client.page_texts import TEMPLATES, marked_texts, one_form_texts, unmarked_texts

NUMBER_OF_THINGS = re.compile(
    r"%\(\w+\)[sd] (?:\w+ )?(absences|attempts|characters|check-ins|courses|days|faces|files|hours|letters|"
    r"marks|meetings|minutes|months|notices|people|photos|seconds|sessions|students|templates|times|videos|weeks)\b"
)
SAME_IN_ALL_LANGUAGES = frozenset({"Excel", "CSV", "ABC 234"})  # the last one shows how a typed code looks


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An app with a catalogue for German that knows two texts."""
    catalogue = Catalog(locale="de")
    catalogue.add("Log in", "Anmelden")
    catalogue.add("Free: %(free)s of %(all)s.", "Von %(all)s frei: %(free)s.")
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

    @app.get("/sentence")
    def of_the_register() -> str:
        known = sentence("Free: %(free)s of %(all)s.", free="<5 MB>", all="100 %")
        unknown = said("50 % are full.")
        return render_template_string(
            "{{ one | translated }} {{ other | translated }}", one=known, other=unknown
        )

    @app.get("/options")
    def with_an_option() -> str:
        said_so = sentence("Start with %(option)s, not with %(other)s.", option="--tls", other="--<b>")
        return render_template_string("{{ one | with_options }}", one=said_so)

    return app


def test_options_in_sentences_stay_whole_and_nothing_else_becomes_markup(app: Flask) -> None:
    shown = app.test_client().get("/options").text
    assert shown == 'Start with <code class="whole">--tls</code>, not with --&lt;b&gt;.'


def test_sentences_of_the_register_are_translated_with_their_values(app: Flask) -> None:
    client = app.test_client()
    german = client.get("/sentence", headers={"Accept-Language": "de"}).text
    assert german == "Von 100 % frei: &lt;5 MB&gt;. 50 % are full."
    english = client.get("/sentence").text
    assert english == "Free: &lt;5 MB&gt; of 100 %. 50 % are full."


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
    # Two fixed numbers, which are never 1.
    two_numbers = {text for text in marked_texts() if text.startswith("Up to %(photos)d photos, or one ")}
    assert found.keys() == two_numbers, found


def test_the_texts_of_code_forms_and_templates_are_collected() -> None:
    assert {
        "Wrong username or password. Try again.",  # of a view
        "New password again",  # of a form
        "Students don't need an account: they scan the QR code in class.",  # of a template
        "Check in someone else",  # of a phone's page
        "Scan the code with your phone to check in.",  # of the projector page
        "The mail server %(server)s accepts the login. Nothing was sent.",  # of the doctor
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
