"""What needs an admin's attention."""

from __future__ import annotations

from flask_babel import gettext as _

from attendance.program import admin_command
from attendance.sealing.confirming import is_unconfirmed
from attendance.settings.engine_settings import SVM
from client.access.roles import Access, may
from client.teacher.home.attention import Attention
from client.web.services import the_register
from client.web.wording import translated


def older_register() -> list[Attention]:
    """That an old file was put in the place of the register, for admins."""
    anchors = the_register().anchors
    if not may(Access.ADMIN) or anchors.warning is None:
        return []
    return [Attention(f"{translated(anchors.warning)} {translated(anchors.remedy)}", None, "")]


def missing_classifier() -> list[Attention]:
    """That ``ATTENDANCE_MATCHER=svm`` waits for a classifier, for admins, who can train it."""
    register = the_register()
    pin = register.store.engine_pin()
    if register.settings.matcher != SVM or pin is None or not may(Access.ADMIN):
        return []
    if register.classifier.current(pin.engine, pin.detector) is not None:
        return []
    command = admin_command("train-classifier")
    return [
        Attention(
            _(
                "There is no classifier for the faces enrolled now, so cosine similarity decides. "
                "To train it, run: %(command)s",
                command=command,
            ),
            None,
            "",
        )
    ]


def unconfirmed_recovery_key() -> list[Attention]:
    """That nobody has confirmed that the recovery key was kept, for admins."""
    if not may(Access.ADMIN) or not is_unconfirmed(the_register().store):
        return []
    text = _(
        "Nobody has confirmed yet that the recovery key was written down. If this computer is lost, nobody "
        "can read faces and addresses from a backup without it. To print it, run %(show)s, then %(confirm)s",
        show=admin_command("keys", "recovery"),
        confirm=admin_command("keys", "confirm"),
    )
    return [Attention(text, None, "")]
