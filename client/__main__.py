"""``python -m client`` and ``face-attendance``: starts the attendance server."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the server's command line; Ctrl-C while it is still being loaded ends it as it does later."""
    try:
        from client.startup.command_line import main as run  # noqa: PLC0415 - takes a second
    except KeyboardInterrupt:
        sys.exit(0)
    run()


if __name__ == "__main__":
    main()
