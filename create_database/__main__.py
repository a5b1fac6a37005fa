"""``python -m create_database``: runs the admin's command line."""

from __future__ import annotations

from create_database.cli import main

if __name__ == "__main__":
    main()
