"""What a person has to do about the server itself: clock, disk, certificate, and files it can't write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_timedelta
from flask_babel import gettext as _

from attendance.clock_watch import ClockChange
from attendance.files.free_space import LEAST_FREE_BYTES, MEGABYTE, free_bytes
from client.access.roles import Access, may
from client.serving.certificates.certificate_end import certificate_end
from client.web.services import the_register
from client.web.wording import date_and_time, long_date


@dataclass(frozen=True)
class Attention:
    """One thing that a person has to do, and where."""

    text: str
    href: str | None
    label: str


def of_the_server() -> list[Attention]:
    """What the user of this request has to know; where files are is for admins."""
    now, change = the_register().clock.now(), the_register().clock_watch.change
    found = [*_disk(), *_files()]
    if change is not None:
        found.insert(0, _clock(change))
    if may(Access.ADMIN) and (ends_at := certificate_end(now)) is not None:
        found.append(_certificate(ends_at, now))
    return found


def _clock(change: ClockChange) -> Attention:
    """That sessions and codes go by a clock that somebody set, or that set itself."""
    facts = {"span": format_timedelta(abs(change.by)), "moment": date_and_time(change.at)}
    if change.by > timedelta():
        text = _(
            "The clock of the server's computer was set %(span)s ahead, to %(moment)s. Sessions that are "
            "over by this clock are closed. If it is wrong, set it right and reopen them.",
            **facts,
        )
    else:
        text = _(
            "The clock of the server's computer was set %(span)s back, to %(moment)s. Nobody can check in to "
            "a session that begins later by this clock. If it is wrong, set it right.",
            **facts,
        )
    return Attention(text, None, "")


def _certificate(ends_at: datetime, now: datetime) -> Attention:
    """That phones will not open pages any more."""
    if now >= ends_at:
        text = _(
            "The certificate expired on %(day)s, so phones warn about the check-in page or refuse it. Renew "
            "it. The server needs no restart.",
            day=long_date(ends_at),
        )
    else:
        text = _(
            "The certificate expires on %(day)s. Renew it. The server needs no restart.",
            day=long_date(ends_at),
        )
    return Attention(text, None, "")


def _disk() -> list[Attention]:
    """That the disk is nearly full, or full, so that phones wait; which one is for admins."""
    folder = the_register().settings.data
    try:
        free = free_bytes(folder)
    except OSError:  # it is away, which the pages say themselves
        return []
    if free >= LEAST_FREE_BYTES:
        return []
    text = _(
        "Only %(free)d MB are free on the disk of the server's computer. When it is full, check-ins wait and "
        "nothing can be changed. Delete what you can spare. Marks that phones showed are safe.",
        free=free // MEGABYTE,
    )
    return [Attention(f"{text} ({folder})" if may(Access.ADMIN) else text, None, "")]


def _files() -> list[Attention]:
    """Files that are written automatically, and can't be at the moment; where they are is for admins."""
    register = the_register()
    problems = register.reporting.problems | register.backups.problems
    said = {
        "daily_csv": _("The daily attendance list can't be written. All marks are safe in the register."),
        "backup": _("Today's backup can't be made. The server keeps trying every half hour."),
        "reports": _("Reports of closed sessions can't be written to their folder. The server keeps trying."),
    }
    shows_why = may(Access.ADMIN)  # the reason names paths of the server
    return [
        Attention(f"{said[name]} ({why})" if shows_why else said[name], None, "")
        for name, why in problems.items()
        if name in said
    ]
