"""The base of all forms on teachers' pages."""

from __future__ import annotations

from flask import Flask
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import Field


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form without its own CSRF check, because the guard of all pages has already checked the token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # likewise
        """Disables WTForms' CSRF check."""

        csrf = False


def init_forms(app: Flask) -> None:
    """Provide ``csrf_field()`` to templates, for every form that changes something."""
    app.jinja_env.globals["csrf_field"] = csrf_field


def csrf_field() -> Markup:
    """The hidden field with the CSRF token."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def refuse(field: Field, sentence: str) -> None:
    """Add an error message to a field."""
    field.errors = [*field.errors, sentence]


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """The number that was typed or sent; None if it is none, is below zero, or has more digits than these."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
