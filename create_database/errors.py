"""The errors of the command line: a sentence, and an exit status other than 0."""

from __future__ import annotations

import click

STOPPED = 130  # what shells report for a program that Ctrl-C ended: 128 + SIGINT


class AdminError(click.ClickException):
    """A command can't be carried out; the message says why and what to do."""


class StoppedError(AdminError):
    """The admin pressed Ctrl-C; the message says what was already done."""

    exit_code = STOPPED
