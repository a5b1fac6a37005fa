"""Texts can be collected, translated and shown in the browser's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string

from client.web.translations import CATALOGUES, init_translations

ROOT = Path(__file__).resolve().parents[3]


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


def test_the_texts_of_code_forms_and_templates_are_collected() -> None:
    with (CATALOGUES / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {"_": None, "_l": None, "gettext": None}
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT), methods, options, keywords, directory_filter=lambda path: _is_ours(Path(path))
        )
    }
    assert {
        "Name and password don't go together. Try again.",  # of a view
        "New password again",  # of a form
        "Students need no account: they scan the code on the wall.",  # of a template
    } <= found


def _is_ours(folder: Path) -> bool:
    return folder == ROOT / "client" or ROOT / "client" in folder.parents
