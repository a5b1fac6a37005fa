"""Finds environment variables that are meant as settings and are none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from attendance.settings.all_settings import SETTINGS

_PREFIX = "ATTENDANCE"
_SIMILAR = 0.8  # difflib's ratio, from which another first word counts as the prefix: ATTENDENCE has 0.9


def misspelt_settings(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that begins like a setting and isn't one, with the nearest name.

    Args:
        environ: the environment; values are not looked at.
    """
    names = {setting.name.removeprefix(f"{_PREFIX}_"): setting.name for setting in SETTINGS}
    for variable in sorted(environ):
        if variable in names.values() or not _is_meant(variable):
            continue
        near = difflib.get_close_matches(variable.upper().partition("_")[2], names, n=1)
        remedy = f"Did you mean {names[near[0]]}?" if near else "docs/settings.md lists all settings."
        yield f"{variable} is not a setting, so it has no effect. {remedy}"


def _is_meant(variable: str) -> bool:
    word, underscore, _ = variable.upper().partition("_")
    return bool(underscore) and difflib.SequenceMatcher(None, word, _PREFIX).ratio() >= _SIMILAR
