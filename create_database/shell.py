"""What all commands share: examples in their help, common options, errors as one sentence."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from attendance.errors import AttendanceError
from attendance.program import admin_command, typed
from create_database.context import AdminContext, user_name
from create_database.errors import AdminError, StoppedError
from face_detection.errors import FaceDetectionError
from face_matching.errors import FaceMatchingError

_FEWEST_LETTERS = 3  # of a command's beginning that name it in a hint: all but one have more

pass_admin_context = click.make_pass_decorator(AdminContext, ensure=True)
by_option = click.option(
    "--by",
    metavar="NAME",
    default=user_name,
    show_default="your user name",
    help="Who is recorded as having done this.",
)


def _use_a_copy(ctx: click.Context, _: click.Parameter, wanted: bool) -> bool:  # noqa: FBT001 - click's
    if wanted:
        ctx.ensure_object(AdminContext).try_only()
    return wanted


dry_run_option = click.option(
    "--dry-run",
    is_flag=True,
    callback=_use_a_copy,
    help="Show what would change without writing anything.",
)
look_alike_option = click.option(
    "--allow-look-alike", is_flag=True, help="Accept a face that matches another student's, such as a twin's."
)
consent_option = click.option("--consent", metavar="HOW", help="How the students gave consent.  [required]")


def _use_data(ctx: click.Context, _: click.Parameter, folder: str | None) -> None:
    ctx.ensure_object(AdminContext).override(data=folder)


def _data_option() -> click.Option:
    return click.Option(
        ["--data"],
        metavar="DIR",
        expose_value=False,
        callback=_use_data,
        help="The data folder.  [default: ATTENDANCE_DATA, or else Dataset]",
    )


class AdminCommand(click.Command):
    """A command that accepts ``--data`` and whose help ends with examples.

    Args:
        examples: command lines, each without the program's name.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params.append(_data_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words; a value that begins with a dash, and so looks like an option, gets a hint.

        Raises:
            click.UsageError: they are not those of the command.
        """
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            dashed = next((word for word in given if word[:1] == "-" and word[1:2].isdigit()), None)
            if dashed is None or not error.option_name.startswith(dashed[:2]):
                raise
            hint = "A value that begins with a dash comes after --, such as: "
            hint += f"{ctx.command_path} -- {typed(dashed)}"
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from error

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the examples, each on one line regardless of its length."""
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"  {admin_command(example)}\n")


class AdminGroup(AdminCommand, click.Group):
    """A command with subcommands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed; one that doesn't exist is refused with those that are like it.

        Raises:
            click.UsageError: there is none of this name.
        """
        name = args[0] if args else ""
        names = self.list_commands(ctx)
        if name in names or name.startswith("-"):
            return super().resolve_command(ctx, args)
        like = [each for each in names if len(name) >= _FEWEST_LETTERS and each.startswith(name)]
        like = like or difflib.get_close_matches(name, names)
        hint = f" Did you mean {' or '.join(like)}?" if like else ""
        raise click.UsageError(f"There is no command '{name}'.{hint}", ctx)


@dataclass(frozen=True)
class LazyCommand:
    """A command whose module is imported on first use, so that ``--help`` responds immediately.

    Attributes:
        module: the name of its module.
        attribute: its name in the module.
        summary: what it does, for the list of commands.
    """

    module: str
    attribute: str
    summary: str

    def load(self) -> click.Command:
        """Import the command."""
        command: click.Command = getattr(import_module(self.module), self.attribute)
        return command


class GivenPath(click.Path):
    """A path that was typed, which can't be empty, as that of an unset variable is.

    An empty path is the current folder to ``pathlib``, which nobody means.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse nothing, and convert the rest."""
        if value == "":
            self.fail("It is empty. Name a file or a folder.", param, ctx)
        return super().convert(value, param, ctx)


class RootGroup(AdminGroup):
    """The root command, which turns expected errors into one sentence and exit status 1.

    Args:
        lazy: the commands by name, in the order in which the help lists them.
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
        """List the commands with their summaries, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command.

        Raises:
            AdminError: it failed.
            StoppedError: Ctrl-C was pressed.
        """
        try:
            return super().invoke(ctx)
        except (AttendanceError, FaceDetectionError, FaceMatchingError) as error:
            raise AdminError(str(error)) from error
        except (KeyboardInterrupt, click.Abort) as error:
            raise StoppedError("Stopped. Nothing else was changed.") from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of the output has closed the pipe: not our error
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise AdminError(f"{where}{error.strerror or error}.") from error
