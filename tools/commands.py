"""What `./run` and `./test` do: set up the environment, then start the server or run the checks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from tools.advice import SetupError
from tools.checks import Checks
from tools.ending import exit_status, stop_at_signals
from tools.environment import ROOT, Environment, become, ready_python

HELP = {"--help", "-h"}


def run(usage: str, arguments: Sequence[str]) -> int:
    """Prepare the environment, then become the server.

    Args:
        usage: what to print for ``--help`` before anything is installed.
        arguments: the command line's words.

    Returns:
        The exit status.
    """
    requirements = "requirements-demo.txt" if "--demo" in arguments else "requirements.txt"

    def start() -> int:
        if HELP & set(arguments) and not Environment(ROOT).is_ready(requirements):
            print(usage)
            return 0
        python = ready_python(requirements)
        os.environ["PYTHONPATH"] = str(ROOT)  # rather than changing folder, so that relative paths still work
        return become(python, ["-P", "-m", "client", *arguments])

    return ended_well(start, "Stopped. The next start sets up what is missing.")


def test(usage: str, arguments: Sequence[str]) -> int:
    """Run the checks.

    Args:
        usage: what to print for ``--help``.
        arguments: the command line's words, for pytest.

    Returns:
        The exit status, which says whether all checks passed.
    """
    if HELP & set(arguments):
        print(usage)
        return 0

    def check() -> int:
        checks = Checks(ready_python("requirements-dev.txt"))
        checks.run_all(arguments)
        if checks.failed:
            _say(f"These checks failed: {', '.join(checks.failed)}.")
        return int(bool(checks.failed))

    return ended_well(check, "Stopped.")


def ended_well(command: Callable[[], int], stopped: str) -> int:
    """The exit status of a command; what prevents or stops it is printed as a sentence.

    Args:
        command: does the work.
        stopped: the sentence for a command that was stopped.
    """
    stop_at_signals()
    try:
        return command()
    except SetupError as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt as stop:
        _say(f"\n{stopped}")
        return exit_status(stop)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
