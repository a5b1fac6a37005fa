"""The settings of e-mail and notices."""

from __future__ import annotations

from attendance.settings import mail_settings as mail
from attendance.settings.setting import Setting

NOTICE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_SMTP",
        "smtp",
        "none",
        "The mail server, such as smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host.",
        mail.smtp_server,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_MAIL_FROM",
        "mail_from",
        "none",
        "Sender and reply address of e-mail, such as School <office@example.org>.",
        mail.mail_sender,
    ),
    Setting(
        "ATTENDANCE_NOTICES",
        "notices",
        "off",
        "Which notices are sent: off, absence, limit, or absence,limit.",
        mail.notice_kinds,
    ),
    Setting(
        "ATTENDANCE_NOTICES_AFTER",
        "notices_after",
        "60",
        "Minutes to wait after a session closes before sending its notices, to allow corrections.",
        mail.waiting_time,
    ),
    Setting(
        "ATTENDANCE_NOTICES_TO",
        "notices_to",
        "guardian",
        "Who receives notices: guardian (or the student, without a guardian's address) or student.",
        mail.notices_to,
    ),
    Setting(
        "ATTENDANCE_NOTICES_LANGUAGE",
        "notices_language",
        "en",
        "The language of notices; English if there is no translation.",
        mail.language,
    ),
)
