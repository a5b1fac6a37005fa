"""Runs one of the servers with MongoDB's protocol until Ctrl-C, with an empty database.

python -m tools.database_servers ferretdb
"""

from __future__ import annotations

import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tools.database_servers.programs import PROGRAMS, prepare
from tools.database_servers.running import RunningServer


def main(names: list[str]) -> int:
    """Build the server unless it is there, print its address, and wait.

    Args:
        names: the command line's words: the name of one server.

    Returns:
        The exit status.
    """
    chosen = [program for program in PROGRAMS if [program.name] == names]
    if not chosen:
        print(f"Name one of {', '.join(program.name for program in PROGRAMS)}.", file=sys.stderr)
        return 2
    prepare(chosen)
    if not chosen[0].is_built:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        server = RunningServer(chosen[0], Path(folder))
        server.start()
        print(server.uri, flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
        server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
