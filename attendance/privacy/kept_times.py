"""How long what is stored about students stays."""

from __future__ import annotations

from datetime import timedelta

from attendance.privacy.texts import Text, days
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings


def kept_faces(settings: Settings) -> Text:
    """How long enrolled faces stay."""
    until = Text(
        "Until consent is withdrawn or ends, or the student is erased",
        "Bis die Einwilligung widerrufen wird oder endet oder die Person gelöscht wird",
    )
    if settings.keep_faces is None:
        return until
    time = days(settings.keep_faces)
    return until + Text(f", {time.en} at most", f", höchstens {time.de}")


def kept_left(settings: Settings) -> Text:
    """How long what goes with a student stays."""
    until = Text("Until the student is erased", "Bis die Person gelöscht wird")
    if settings.keep_left is None:
        return until
    time = days(settings.keep_left)
    return until + Text(
        f", {time.en} after becoming inactive at the latest", f", spätestens {time.de} nach dem Abgang"
    )


def kept_files(settings: Settings) -> Text:
    """How long daily lists and automatic reports stay."""
    if settings.daily_csv is OFF and settings.reports is None:
        return Text("Not written", "Werden nicht geschrieben")
    if settings.keep_files is None:
        return Text("Until somebody deletes them", "Bis jemand sie löscht")
    return days(settings.keep_files)


def until_decision(time: timedelta) -> Text:
    """How long what waits for a person stays."""
    at_most = days(time)
    return Text(f"Until the decision, {at_most.en} at most", f"Bis zur Entscheidung, höchstens {at_most.de}")
