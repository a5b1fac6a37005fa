"""Inlines styles, scripts and the icon into pages."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from markupsafe import Markup

# Comments that stand on lines of their own; they would be a quarter of the phone page's bytes.
_COMMENTS = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//.*)[ \t]*\n", re.MULTILINE)
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)  # and empty lines; no text of a script spans lines

_HERE = Path(__file__).parents[1]
TEMPLATES = _HERE / "templates"
STATIC = _HERE / "static"


def init_page_sources(app: Flask) -> None:
    """Provide ``source(name)`` and ``icon_uri()`` to templates."""
    app.jinja_env.globals["source"] = source
    app.jinja_env.globals["icon_uri"] = icon_uri
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@lru_cache
def source(name: str) -> Markup:
    """The text of a file for a ``<style>`` or ``<script>`` element, without comments and indentation.

    Args:
        name: the path relative to ``templates`` or ``static``.

    Raises:
        FileNotFoundError: neither folder has the file.
        ValueError: the text would end its element.
    """
    for folder in (TEMPLATES, STATIC):
        if (folder / name).is_file():
            text = (folder / name).read_text(encoding="utf-8")
            if "</" in text:
                raise ValueError(f"{name} contains '</', which would end its element. Write '<\\/' instead.")
            return Markup(_INDENTATION.sub("", _COMMENTS.sub("", text)))  # noqa: S704 - a file of this package, never a visitor's text
    raise FileNotFoundError(f"{name!r} not found in {TEMPLATES} or {STATIC}.")


@lru_cache
def icon_uri() -> str:
    """The icon as a data URL, so that browsers don't request ``/favicon.ico``."""
    svg = (TEMPLATES / "icon.svg").read_text(encoding="utf-8").strip()
    return f"data:image/svg+xml,{quote(svg, safe=' =:/')}"
