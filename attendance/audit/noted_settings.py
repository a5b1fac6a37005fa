"""Records in the audit trail with which settings a server starts, where others than before are in use."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta

from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.audit.trail import AuditTrail
from attendance.settings.all_settings import SETTINGS
from attendance.settings.settings import Settings

SITE = "site"  # what these entries are about
NOTED = (
    *("engine", "detector", "matcher", "one_to_one", "room_photos", "live_camera", "fpir", "late_after"),
    *("time_zone", "plain_http", "anonymous_faces", "limit", "keep_left", "keep_faces", "keep_files"),
)
"""The settings that decide who is marked, how, and what is stored of people; none of them names anybody."""

_READ = 1000  # entries about settings that are searched for the latest one of the site
_NAMES = {each.field: each.name for each in SETTINGS}
_log = logging.getLogger(__name__)


def note_settings(trail: AuditTrail, settings: Settings) -> bool:
    """Chain an entry with all of ``NOTED``, if a server started with others before; the log names these.

    That server may be running still, on another machine: then a day begins at one time here and at another
    there.

    Args:
        trail: of the register.
        settings: those in use.

    Returns:
        Whether there is a new entry.

    Raises:
        StoreUnavailableError: the database is unavailable.
    """
    now = {name: _text(getattr(settings, name)) for name in NOTED}
    if settings.time_zone is None:
        now["time_zone"] = f"the computer's own ({', '.join(dict.fromkeys(time.tzname))})"
    found = trail.find(AuditFilter(kinds=(AuditKind.SETTING,)), _READ)
    last = next((entry.after for entry in found if entry.about == SITE), "{}")
    before = json.loads(last)
    if before.get("time_zone") == _text(None):  # noted before the computer's own was named
        del before["time_zone"]
    if before == now:
        return False
    changed = [name for name in NOTED if name in before and before[name] != now[name]]
    if changed:
        _log.warning(
            "This server starts with other settings than the one before: %s. Servers of one register need "
            "the same, or what a check-in counts for depends on which of them responds. Restart those that "
            "have the former ones.",
            ", ".join(f"{_NAMES[name]} is {now[name]} and was {before[name]}" for name in changed),
        )
    trail.note(AuditKind.SETTING, SITE, **now)
    return True


def _text(value: object) -> str:
    return f"{value.days} days" if isinstance(value, timedelta) else str(value)
