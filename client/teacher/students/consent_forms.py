"""What forms send about consents and objections, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request
from flask_babel import lazy_gettext as _l

from attendance.people.new_student import LONGEST_CELL
from attendance.values import Consent, ConsentForm, ConsentParty, Withdrawal
from client.access.roles import the_user
from client.web.services import the_register

PARTIES = {
    ConsentParty.STUDENT: _l("The student"),
    ConsentParty.GUARDIAN: _l("A guardian"),
    ConsentParty.UNSTATED: _l("The student or a guardian"),
}
FORMS = {
    ConsentForm.PAPER: _l("On paper"),
    ConsentForm.EMAIL: _l("By e-mail"),
    ConsentForm.ONLINE: _l("Online, in a school portal for example"),
    ConsentForm.SPOKEN: _l("Spoken"),
    ConsentForm.UNSTATED: _l("Not stated"),
}
FIELDS = ("how", "giver", "form", "given_on", "valid_until", "guardian")


@dataclass(frozen=True)
class ConsentEntry:
    """The fields of a consent as they were typed, and what is wrong with them.

    Attributes:
        typed: by the names in ``FIELDS``; may lack some.
        error: why it could not be recorded.
        parties, forms: the choices, with their words.
        longest: characters of a note or a name.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    parties: Mapping[ConsentParty, object] = field(default_factory=lambda: PARTIES)
    forms: Mapping[ConsentForm, object] = field(default_factory=lambda: FORMS)
    longest: int = LONGEST_CELL


def typed_consent() -> dict[str, str]:
    """What was typed, to show it again."""
    return {name: request.form.get(name, "") for name in FIELDS}


def sent_consent() -> Consent:
    """The consent that a form sends; clients that send a note only state nothing else."""
    sent = typed_consent()
    return Consent(
        the_register().clock.now(),
        recorded_by=the_user().username,
        how=sent["how"],
        giver=_party(sent["giver"]),
        form=ConsentForm(sent["form"]) if sent["form"] in {*ConsentForm} else ConsentForm.UNSTATED,
        given_on=sent["given_on"] or None,
        valid_until=sent["valid_until"] or None,
    )


def sent_objection() -> Withdrawal:
    """The objection that a form sends."""
    return Withdrawal(
        the_register().clock.now(),
        recorded_by=the_user().username,
        objector=sent_party(),
        how=request.form.get("how") or None,
    )


def sent_party() -> ConsentParty:
    """Who objects, or no longer does."""
    return _party(request.form.get("objector", ""))


def sent_guardian() -> str | None:
    """The guardian's name; None if none was typed."""
    return request.form.get("guardian") or None


def _party(text: str) -> ConsentParty:
    return ConsentParty(text) if text in {*ConsentParty} else ConsentParty.UNSTATED
