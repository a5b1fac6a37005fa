"""A process that appends lines to a daily list: ``appender FILE WHO COUNT``."""

from __future__ import annotations

import sys
from pathlib import Path

from attendance.files.line_file import append_lines
from attendance.reports.daily.daily_csv import csv_line, head


def main() -> None:
    """Append so many lines of one writer."""
    path, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for number in range(count):
        append_lines(
            path, csv_line(f"{who}-{number}", "N" * 200, "2026-11-23T10:00:00+01:00").encode(), head=head()
        )


if __name__ == "__main__":
    main()
