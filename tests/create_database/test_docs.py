"""`docs/admin.md` knows every command and every option, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from create_database.cli import cli

DOCS = Path(__file__).resolve().parents[2] / "docs" / "admin.md"
START, *SECTIONS = re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
SECTION = {heading.strip("` "): text for heading, _, text in (part.partition("\n") for part in SECTIONS)}
EVERYWHERE = {"--data", "--help"}


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")


COMMANDS = dict(commands(cli))


def options(command: click.Command) -> set[str]:
    context = click.Context(command)
    return {
        option
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }


def mentioned(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def test_the_page_has_a_section_for_each_command_and_no_others() -> None:
    assert set(SECTION) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_section_names_its_options_and_no_others(name: str) -> None:
    assert mentioned(SECTION[name]) == options(COMMANDS[name]) - EVERYWHERE


def test_what_holds_for_all_commands_is_at_the_start() -> None:
    assert options(cli) | EVERYWHERE <= mentioned(START)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_examples(name: str) -> None:
    command = COMMANDS[name]
    text = command.get_help(click.Context(command, info_name=name))
    assert command.help
    assert f"python -m create_database {name}" in text
    assert "--data DIR" in text
