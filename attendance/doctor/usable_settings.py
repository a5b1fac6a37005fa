"""The settings of a site as far as they can be used, so that one wrong value hides no other finding."""

from __future__ import annotations

from collections.abc import Mapping

from attendance.errors import SettingsError
from attendance.settings.all_settings import SETTINGS
from attendance.settings.setting import Setting
from attendance.settings.settings import Settings


def usable_settings(environ: Mapping[str, str], overrides: Mapping[str, str]) -> tuple[Settings, str]:
    """The settings without the values that can't be used, and what is wrong with those, a line each.

    Args:
        environ: the environment.
        overrides: values of the command line by field.
    """
    try:
        return Settings.from_env(environ).with_overrides(**overrides), ""
    except SettingsError as error:
        good = {each.name: environ[each.name] for each in SETTINGS if _is_good(each, environ)}
        return Settings.from_env(good).with_overrides(**overrides), str(error)


def _is_good(setting: Setting, environ: Mapping[str, str]) -> bool:
    text = environ.get(setting.name, "").strip()
    try:
        return bool(text) and setting.parse(text) is not None
    except ValueError:
        return False
