"""What every form of the teacher's pages has in common."""

from __future__ import annotations

from flask import Flask
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import Field


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form whose CSRF token the guard of all pages has looked at before."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the same
        """WTForms' own sentences stay out: every validator here says its own."""

        csrf = False


def init_forms(app: Flask) -> None:
    """Give templates ``csrf_field()``, for every form that changes something."""
    app.jinja_env.globals["csrf_field"] = csrf_field


def csrf_field() -> Markup:
    """The hidden field that proves that the form is ours."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def refuse(field: Field, sentence: str) -> None:
    """Say beside a field what is wrong with it."""
    field.errors = [*field.errors, sentence]
