"""``python -m create_database`` and ``face-attendance-admin``: runs the admin's command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the admin's command line; Ctrl-C while it is still being loaded ends it as it does later."""
    try:
        from create_database.cli import main as run  # noqa: PLC0415 - takes half a second
    except KeyboardInterrupt:
        sys.exit(130)  # what shells report after Ctrl-C; errors.py, which names it, is not loaded yet
    run()


if __name__ == "__main__":
    main()
