"""One process of several that send the same photos at once: ``check_in_process FOLDER GRANT TIMES``.

It says "ready", waits for a line on its standard input, and prints the codes of its verdicts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, open_site


def main(folder: str, grant: str, times: str) -> None:
    """Send the photo so many times, under grants of this name."""
    site = open_site(Path(folder))
    session = site.session
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(int(times)):
        photo = photo_of(COLLINS)
        verdict = site.submit(photo, f"{grant}-{number}", session=session)
        sys.stdout.write(f"{verdict.code}\n")
    site.store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
