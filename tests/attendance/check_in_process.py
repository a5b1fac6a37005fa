"""One process of several that send the same photos at once, for any number of tests.

Each line on its standard input names a folder, grants and how many photos to send. It says "ready", waits for
another line, and prints the codes of its verdicts in one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, open_site


def send(folder: str, grant: str, times: str) -> None:
    """Send the photo so many times, under grants of this name."""
    site = open_site(Path(folder))
    session = site.session
    _say("ready")
    sys.stdin.readline()
    codes = []
    for number in range(int(times)):
        photo = photo_of(COLLINS)
        verdict = site.submit(photo, f"{grant}-{number}", session=session)
        codes.append(verdict.code)
    site.store.close()
    _say(" ".join(codes))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for order in sys.stdin:
        send(*order.rstrip("\n").split("\t"))
