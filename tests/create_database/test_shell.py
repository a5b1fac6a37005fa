"""Whatever goes wrong on purpose ends a command with one sentence and an exit status."""

from __future__ import annotations

import click
from click.testing import CliRunner

from client.errors import ClientError
from create_database.shell import AdminCommand, LazyCommand, RootGroup
from tests.error_classes import examples

raised: list[Exception] = []


@click.command(cls=AdminCommand)
def stumble() -> None:
    """Raise what the test wants."""
    raise raised[0]


def test_every_error_of_the_lower_floors_is_one_sentence() -> None:
    root = RootGroup("root", lazy={"stumble": LazyCommand(__name__, "stumble", "Raises an error.")})
    errors = [error for error in examples() if not isinstance(error, ClientError)]
    assert len(errors) > 40
    for error in errors:
        raised[:] = [error]
        done = CliRunner().invoke(root, ["stumble"])
        assert (done.exit_code, done.stderr) == (1, f"Error: {error}\n"), repr(error)
