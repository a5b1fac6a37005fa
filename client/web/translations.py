"""The language of the pages: the browser's, where there is a catalogue for it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import negotiate_locale
from flask import Flask, current_app, request
from flask_babel import Babel, get_locale

from client.web.wording import SOURCE_LANGUAGE, init_wording

CATALOGUES = Path(__file__).parents[1] / "translations"


def init_translations(app: Flask) -> None:
    """Give an app's code and templates ``_()``, and times and dates in the page's language."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", SOURCE_LANGUAGE)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(CATALOGUES))
    Babel(app, locale_selector=_language)
    app.jinja_env.globals["page_language"] = _language_tag
    init_wording(app)


def _language() -> str:
    known = languages(Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    wanted = [name.replace("-", "_") for name in request.accept_languages.values()]
    return negotiate_locale(wanted, known) or SOURCE_LANGUAGE


def _language_tag() -> str:
    """The page's language for its ``lang`` attribute."""
    return str(get_locale() or SOURCE_LANGUAGE).replace("_", "-")


@lru_cache
def languages(folder: Path) -> tuple[str, ...]:
    """The languages that have a compiled catalogue, the source language first."""
    compiled = sorted(file.parts[-3] for file in folder.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE_LANGUAGE, *(name for name in compiled if name != SOURCE_LANGUAGE))
