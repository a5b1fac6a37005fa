"""The errors of the admin's command line: one sentence and a non-zero exit status."""

from __future__ import annotations

import click

STOPPED = 130  # what shells report after Ctrl-C: 128 + SIGINT


class AdminError(click.ClickException):
    """A command failed; the message gives the reason and the remedy."""


class StoppedError(AdminError):
    """The admin pressed Ctrl-C; the message says what was completed."""

    exit_code = STOPPED
