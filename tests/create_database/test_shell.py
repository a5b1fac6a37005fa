"""Whatever goes wrong on purpose ends a command with one sentence and an exit status."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.testing import CliRunner

from client.errors import ClientError
from create_database.cli import COMMANDS
from create_database.shell import AdminCommand, GivenPath, LazyCommand, RootGroup
from tests.create_database.admin import Admin
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


def commands_in(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from commands_in(each)


def test_no_command_takes_an_empty_path_for_the_folder_it_is_typed_in(admin: Admin) -> None:
    of_all = [each for lazy in COMMANDS.values() for each in commands_in(lazy.load())]
    paths = [
        (command.name, param.name)
        for command in of_all
        for param in command.params
        if isinstance(param.type, click.Path) and not isinstance(param.type, GivenPath)
    ]
    assert paths == []
    admin.enrols_two()
    for words in (("backup", ""), ("export-site", ""), ("data-of", "17", "--to", "")):
        done = admin.types(*words)
        assert (done.exit_code, "It is empty. Name a file or a folder." in done.stderr) == (2, True)


def test_a_command_that_does_not_exist_is_refused_with_those_that_are_like_it(admin: Admin) -> None:
    for words, hint in (
        (("doctr",), "There is no command 'doctr'. Did you mean doctor?"),
        (("import",), "Did you mean import-students or import-embeddings or import-site?"),
        (("keys", "shwo"), "There is no command 'shwo'. Did you mean show?"),
        (("xyz",), "There is no command 'xyz'.\n"),
    ):
        done = admin.types(*words)
        assert done.exit_code == 2
        assert hint in done.stderr
