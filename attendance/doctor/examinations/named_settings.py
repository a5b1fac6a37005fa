"""The settings: values that can't be used, and misspelt names."""

from __future__ import annotations

import os
from collections.abc import Iterator

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.sentences import said
from attendance.sentences import sentence as _l
from attendance.settings.misspelt import misspelt_settings


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """What is wrong with the settings; everything else is examined with those that can be used."""
    wrong = site.wrong_settings.splitlines()
    for line in wrong:
        yield problem(
            said(line),
            _l("Correct it, because the server doesn't start with it. All settings are in docs/settings.md"),
        )
    misspelt = list(misspelt_settings(os.environ))
    for text in misspelt:
        yield note(said(text))
    if not wrong and not misspelt:
        yield ok(_l("All settings are valid."))
