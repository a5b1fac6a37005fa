"""Styles, script and icon, put into a page as they are written."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from markupsafe import Markup

_HERE = Path(__file__).parents[1]
TEMPLATES = _HERE / "templates"
STATIC = _HERE / "static"


def init_page_sources(app: Flask) -> None:
    """Give templates ``source(name)`` and ``icon_uri()``."""
    app.jinja_env.globals["source"] = source
    app.jinja_env.globals["icon_uri"] = icon_uri
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@lru_cache
def source(name: str) -> Markup:
    """The text of one of our own files, to stand inside a ``<style>`` or ``<script>``.

    Args:
        name: relative to ``templates`` or ``static``.

    Raises:
        FileNotFoundError: neither folder has it.
        ValueError: it would end the element that it stands in.
    """
    for folder in (TEMPLATES, STATIC):
        if (folder / name).is_file():
            text = (folder / name).read_text(encoding="utf-8")
            if "</" in text:
                raise ValueError(f"{name} has '</' in it, which would end its element; write '<\\/'.")
            return Markup(text)  # noqa: S704 - our own file, never a visitor's text
    raise FileNotFoundError(f"There is no {name!r} in {TEMPLATES} or {STATIC}.")


@lru_cache
def icon_uri() -> str:
    """The icon as a data address, so that no browser asks for ``/favicon.ico``."""
    svg = (TEMPLATES / "icon.svg").read_text(encoding="utf-8").strip()
    return f"data:image/svg+xml,{quote(svg, safe=' =:/')}"
