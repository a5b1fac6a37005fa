"""The API's models of consents and objections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from attendance.people.new_student import LONGEST_CELL
from attendance.values import ConsentForm, ConsentParty
from client.software.protocol.models import ApiAnswer, shown_as
from client.software.protocol.resources import Body

_HOW = "How consent to face recognition was given, such as `signed form of 2 September`."
_GIVER = "Who gave it; `unstated` is one of the two."
_FORM = "In which form it was given."
_GIVEN_ON = "The day on the form; null: the day on which it was recorded."
_UNTIL = "The last day on which it counts, in the site's time zone; null: until somebody objects."
_GUARDIAN = "Who the guardian is that agreed or objects."
How = Annotated[str, Field(min_length=1, max_length=LONGEST_CELL, description=_HOW)]
GuardianName = Annotated[str, Field(max_length=LONGEST_CELL)]


class ConsentAbout(ApiAnswer):
    """A consent to face recognition."""

    given_at: datetime = Field(description="When consent was recorded.")
    how: str = Field(description="How consent was given.", examples=["signed form of 2 September"])
    giver: ConsentParty = Field(description=_GIVER)
    form: ConsentForm = Field(description=_FORM)
    given_on: date | None = Field(description=_GIVEN_ON, examples=["2026-09-02"])
    valid_until: date | None = Field(description=_UNTIL, examples=["2027-07-31"])


class ObjectionAbout(ApiAnswer):
    """An objection to face recognition."""

    at: datetime = Field(description="When it was recorded.")
    objector: ConsentParty = Field(description="Who objects; `unstated` is one of the two.")
    how: str | None = Field(description="A note of how they said so.", examples=["e-mail of 2 September"])


class ConsentBody(Body):
    """A consent to record."""

    model_config = ConfigDict(
        json_schema_extra=shown_as(
            how="signed form of 2 September", giver="guardian", form="paper", valid_until="2027-07-31"
        )
    )

    how: How = Field(examples=["signed form of 2 September"])
    giver: ConsentParty = Field(ConsentParty.UNSTATED, description=_GIVER)
    form: ConsentForm = Field(ConsentForm.UNSTATED, description=_FORM)
    given_on: date | None = Field(None, description=_GIVEN_ON)
    valid_until: date | None = Field(None, description=_UNTIL)
    guardian: GuardianName | None = Field(None, description=_GUARDIAN, examples=["Joylette Coleman"])
    alone: bool = Field(False, description="Whether it replaces all consents on record.")


class ObjectionBody(Body):
    """An objection to record."""

    model_config = ConfigDict(json_schema_extra=shown_as(objector="guardian", how="e-mail of 2 September"))

    objector: ConsentParty = Field(
        ConsentParty.UNSTATED, description="Who objects; `unstated` withdraws consent that is on record."
    )
    how: GuardianName | None = Field(
        None,
        description="A note of how they said so; nobody has to say why.",
        examples=["e-mail of 2 September"],
    )
    guardian: GuardianName | None = Field(None, description=_GUARDIAN, examples=["Joylette Coleman"])


class UndoObjectionBody(Body):
    """An objection that was a mistake."""

    model_config = ConfigDict(json_schema_extra=shown_as(objector="guardian"))

    objector: ConsentParty = Field(description="Who objects.")
