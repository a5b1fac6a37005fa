"""How commands behave: examples in their help, the data folder everywhere, errors as one sentence."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from attendance.errors import AttendanceError
from attendance.program import admin_command
from create_database.context import Desk, user_name
from create_database.errors import AdminError, StoppedError
from face_detection.errors import FaceDetectionError
from face_matching.errors import FaceMatchingError

pass_desk = click.make_pass_decorator(Desk, ensure=True)
by_option = click.option(
    "--by",
    metavar="NAME",
    default=user_name,
    show_default="your user name",
    help="Who is noted as having done it.",
)


def _use_data(context: click.Context, _: click.Parameter, folder: str | None) -> None:
    context.ensure_object(Desk).override(data=folder)


def _data_option() -> click.Option:
    return click.Option(
        ["--data"],
        metavar="DIR",
        expose_value=False,
        callback=_use_data,
        help="The data folder.  [default: ATTENDANCE_DATA, else Dataset]",
    )


class AdminCommand(click.Command):
    """A command whose help ends with examples and that takes ``--data``.

    Args:
        examples: what follows the program's name in each.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params.append(_data_option())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the examples, each on its own line however long it is."""
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"  {admin_command(example)}\n")


class AdminGroup(AdminCommand, click.Group):
    """A command with commands of its own."""


@dataclass(frozen=True)
class LazyCommand:
    """A command whose module is imported when it is used, so that ``--help`` answers at once.

    Attributes:
        module: where it is.
        attribute: its name there.
        summary: what it does, for the list of commands.
    """

    module: str
    attribute: str
    summary: str

    def load(self) -> click.Command:
        """The command itself."""
        command: click.Command = getattr(import_module(self.module), self.attribute)
        return command


class RootGroup(AdminGroup):
    """All commands; what goes wrong on purpose becomes one sentence and an exit status of 1.

    Args:
        lazy: the commands by name, in the order of the help.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """The names of all commands."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """A command by name, or None."""
        return self.lazy[cmd_name].load() if cmd_name in self.lazy else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write what each command does without importing it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for.

        Raises:
            AdminError: it can't be done.
            StoppedError: Ctrl-C.
        """
        try:
            return super().invoke(ctx)
        except (AttendanceError, FaceDetectionError, FaceMatchingError) as error:
            raise AdminError(str(error)) from error
        except (KeyboardInterrupt, click.Abort) as error:
            raise StoppedError("Stopped. Nothing else was changed.") from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read the output went away: no error of ours
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise AdminError(f"{where}{error.strerror or error}.") from error
