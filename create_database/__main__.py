"""Run the admin's command line with ``python -m create_database``."""

from __future__ import annotations

from create_database.cli import main

if __name__ == "__main__":
    main()
