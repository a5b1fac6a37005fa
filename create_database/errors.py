"""The one error of the admin's command line: a sentence, and an exit status that is not 0."""

from __future__ import annotations

import click

STOPPED = 130  # what shells report for a program that Ctrl-C ended: 128 + SIGINT


class AdminError(click.ClickException):
    """What the admin asked for can't be done; the message says why and what to do."""


class StoppedError(AdminError):
    """The admin pressed Ctrl-C; the message says what is kept."""

    exit_code = STOPPED
