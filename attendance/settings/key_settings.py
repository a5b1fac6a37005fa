"""The settings of secrets: where they are, the keys that seal the register, and its backups."""

from __future__ import annotations

from attendance.settings import setting_values as values
from attendance.settings.setting import Setting

KEY_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_CONFIG",
        "config",
        "the user's configuration folder",
        "The folder for the signing secret.",
        values.folder,
    ),
    Setting(
        "ATTENDANCE_KEYS",
        "keys",
        "the configuration folder",
        "The folder for the site's key and the keys of students; never the data folder.",
        values.folder,
    ),
    Setting(
        "ATTENDANCE_SITE_KEY",
        "site_key",
        "where `keys move` put it, at first the keyring or a file; with MONGODB_URI it is derived from "
        "ATTENDANCE_SECRET",
        "Where the site's key is: keyring, passphrase, file:PATH, or command:WORDS with a command that "
        "prints it.",
        values.site_key,
    ),
    Setting(
        "ATTENDANCE_PASSPHRASE_FILE",
        "passphrase_file",
        "none: it is asked for on the terminal",
        "Where the passphrase of the site's key is: a path such as /run/secrets/passphrase or /dev/fd/3, or "
        "command:WORDS with a command that prints it.",
        values.plain_text,
    ),
    Setting(
        "ATTENDANCE_BACKUP",
        "backup",
        "none: no automatic backups",
        "The folder, on another disk, for an encrypted backup every day; the last 14 are kept.",
        values.folder,
    ),
)
