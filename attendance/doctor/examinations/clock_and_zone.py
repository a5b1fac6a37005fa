"""The clock, compared with the register's last entry, and the time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.sentences import sentence as _l

SLACK = timedelta(minutes=2)  # of computers that share a database, each with its own clock
LONGEST_PAUSE = timedelta(days=120)  # more than any holidays in which nobody uses the server
_SET = _l("Set the computer's clock, preferably by switching on synchronisation, then restart the server.")


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Whether the clock was set back or far ahead, and in which time zone days begin."""
    yield from _clock(site)
    yield from _zone(site)


def _clock(site: ExaminedSite) -> Iterator[SiteFinding]:
    last = None if site.store is None else site.store.audit_head()
    if last is None:
        yield ok(
            _l(
                "The clock shows %(now)s. The register has no entry to compare it with.",
                now=_shown(site, site.now),
            )
        )
    elif last.at > site.now + SLACK:
        yield problem(
            _l(
                "The clock shows %(now)s, before the register's last entry of %(last)s: it was set back, or "
                "was ahead then.",
                now=_shown(site, site.now),
                last=_shown(site, last.at),
            ),
            _SET,
        )
    elif site.now - last.at > LONGEST_PAUSE:
        yield note(
            _l(
                "The clock shows %(now)s, long after the register's last entry of %(last)s: either nobody "
                "has used the server since, or the clock is far ahead.",
                now=_shown(site, site.now),
                last=_shown(site, last.at),
            ),
            _l(
                "Check the date. If it is wrong, correct it before the server starts, which would otherwise "
                "close sessions and, a day later, erase data by it."
            ),
        )
    else:
        yield ok(
            _l(
                "The clock shows %(now)s, after the register's last entry of %(last)s.",
                now=_shown(site, site.now),
                last=_shown(site, last.at),
            )
        )


def _zone(site: ExaminedSite) -> Iterator[SiteFinding]:
    zone = site.settings.time_zone
    here = site.now.astimezone()
    if zone is None and here.tzname() == "UTC":
        yield note(
            _l("The computer's time zone is UTC, and no other is set: days begin at midnight UTC."),
            _l(
                "Set %(setting)s, such as Europe/Berlin, unless the site is in the time zone UTC.",
                setting="ATTENDANCE_TIMEZONE",
            ),
        )
    elif zone is None:
        yield ok(_l("Days begin at midnight of the computer's time zone, %(zone)s.", zone=here.tzname()))
    else:
        yield ok(_l("Days begin at midnight of %(zone)s.", zone=zone))


def _shown(site: ExaminedSite, moment: datetime) -> str:
    return moment.astimezone(site.settings.time_zone).isoformat(" ", "minutes")
