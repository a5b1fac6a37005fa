"""Mail: whether the settings are complete, and the server accepts a login; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, ok, problem
from attendance.notices.mail import MailConnection
from attendance.notices.mail_errors import MailServerError
from attendance.sentences import said
from attendance.sentences import sentence as _l

SECONDS = 5.0  # for each answer; sending itself waits longer


def examine(site: ExaminedSite, seconds: float = SECONDS) -> Iterator[SiteFinding]:
    """Connect, encrypt and log in as sending does, and end.

    Args:
        site: what is examined.
        seconds: how long to wait for each answer.
    """
    settings = site.settings
    server = settings.smtp
    if server is None and not settings.notices:
        yield ok(_l("No e-mails are sent: %(setting)s isn't set.", setting="ATTENDANCE_NOTICES"))
        return
    needed = {"ATTENDANCE_SMTP": server, "ATTENDANCE_MAIL_FROM": settings.mail_from}
    missing = [name for name, value in needed.items() if value is None] if settings.notices else []
    if missing:
        yield problem(
            _l(
                "Notices are switched on, but can't be sent without %(names)s.",
                names=", ".join(missing),
            ),
            _l("Set what is missing, or set %(setting)s to off.", setting="ATTENDANCE_NOTICES"),
        )
    if server is None:
        return
    try:
        MailConnection(server, seconds=seconds).close()
    except MailServerError as error:
        yield problem(
            said(error),
            _l("Correct %(setting)s, or ask the people who run the mail server.", setting="ATTENDANCE_SMTP"),
        )
    else:
        yield ok(_l("The mail server %(server)s accepts the login. Nothing was sent.", server=server))
