"""The settings of e-mail and of the notices that are sent by it."""

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
        "Whom e-mail comes from and is answered to, such as School <office@example.org>.",
        mail.mail_sender,
    ),
    Setting(
        "ATTENDANCE_NOTICES",
        "notices",
        "off",
        "What students or guardians are written about: off, absence, limit, or absence,limit.",
        mail.notice_kinds,
    ),
    Setting(
        "ATTENDANCE_NOTICES_AFTER",
        "notices_after",
        "60",
        "Minutes between the closing of a session and its notices, for corrections.",
        mail.waiting_time,
    ),
    Setting(
        "ATTENDANCE_NOTICES_TO",
        "notices_to",
        "guardian",
        "Who gets notices: guardian (the student where there is none) or student.",
        mail.notices_to,
    ),
    Setting(
        "ATTENDANCE_NOTICES_LANGUAGE",
        "notices_language",
        "en",
        "The language of notices, where there is a catalogue for it.",
        mail.language,
    ),
)
