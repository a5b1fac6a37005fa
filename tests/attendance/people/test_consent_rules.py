"""All consents on record have to count, and one objection ends them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from attendance.errors import ConsentMissingError, ObjectionStandsError
from attendance.people.consent_check import checked_consent, checked_guardian, checked_objection
from attendance.people.consent_rules import settled, with_consent, with_objection, without_objection
from attendance.values import Consent, ConsentParty, Student, Withdrawal
from tests.attendance.store.builders import NOON

TODAY, TOMORROW, YESTERDAY = "2026-11-23", "2026-11-24", "2026-11-22"
STUDENT, GUARDIAN, UNSTATED = ConsentParty.STUDENT, ConsentParty.GUARDIAN, ConsentParty.UNSTATED
NOBODY = Student("s1", "17", "Katherine Johnson")


def given(by: ConsentParty = UNSTATED, until: str | None = None, how: str = "signed form") -> Consent:
    return Consent(NOON, "office", how, giver=by, valid_until=until)


def objection(by: ConsentParty = UNSTATED) -> Withdrawal:
    return Withdrawal(NOON, "office", by)


def test_one_consent_is_enough_where_one_is_on_record() -> None:
    student = with_consent(NOBODY, given(GUARDIAN), TODAY)
    assert student.agrees_on(TODAY)
    assert (student.consent, student.other_consents) == (given(GUARDIAN), ())


def test_of_two_on_record_both_have_to_count() -> None:
    both = with_consent(with_consent(NOBODY, given(GUARDIAN, TODAY), TODAY), given(STUDENT), TODAY)
    assert both.consents == (given(GUARDIAN, TODAY), given(STUDENT))
    assert both.consent_ends == TODAY
    assert both.agrees_on(TODAY)
    assert not both.agrees_on(TOMORROW)
    ended = settled(both, both.consents, (), TOMORROW)
    assert (ended.consent, ended.other_consents) == (None, both.consents)
    assert not with_consent(ended, given(STUDENT), TOMORROW).agrees_on(TOMORROW), "the guardian's has ended"
    renewed = with_consent(ended, given(GUARDIAN, "2027-07-31"), TOMORROW)
    assert renewed.agrees_on(TOMORROW)
    assert {each.giver for each in renewed.consents} == {GUARDIAN, STUDENT}


def test_who_comes_of_age_agrees_alone() -> None:
    both = with_consent(with_consent(NOBODY, given(GUARDIAN, TODAY), TODAY), given(STUDENT), TODAY)
    alone = with_consent(both, given(STUDENT, how="of age"), TODAY, alone=True)
    assert alone.consents == (given(STUDENT, how="of age"),)
    assert alone.consent_ends is None


def test_the_first_consent_of_a_party_stays_while_it_counts() -> None:
    first = with_consent(NOBODY, given(GUARDIAN), TODAY)
    assert with_consent(first, given(GUARDIAN, how="again"), TODAY) == first
    assert with_consent(first, given(how="a client that knows no parties"), TODAY) == first


def test_a_consent_that_has_ended_is_replaced_also_by_one_of_nobody_in_particular() -> None:
    old = with_consent(NOBODY, given(GUARDIAN, YESTERDAY), YESTERDAY)
    for new in (given(GUARDIAN, how="new"), given(how="new")):
        assert with_consent(old, new, TODAY).consents == (new,)
    before = with_consent(NOBODY, given(until=YESTERDAY), YESTERDAY)
    assert with_consent(before, given(STUDENT), TODAY).consents == (given(STUDENT),)


@pytest.mark.parametrize("party", ConsentParty)
def test_an_objection_of_either_ends_all_consents_and_keeps_them_on_record(party: ConsentParty) -> None:
    both = with_consent(with_consent(NOBODY, given(GUARDIAN), TODAY), given(STUDENT), TODAY)
    objected = with_objection(both, objection(party), TODAY)
    assert not objected.agrees_on(TODAY)
    assert (objected.consent, objected.withdrawn) == (None, objection(party))
    assert objected.consents == both.consents
    assert with_objection(objected, objection(party), TODAY) == objected


def test_who_never_agreed_can_object_and_has_nothing_to_withdraw() -> None:
    assert with_objection(NOBODY, objection(), TODAY) == NOBODY
    assert with_objection(NOBODY, objection(GUARDIAN), TODAY).objections == (objection(GUARDIAN),)


def test_nobody_elses_consent_outweighs_an_objection() -> None:
    objected = with_objection(with_consent(NOBODY, given(STUDENT), TODAY), objection(GUARDIAN), TODAY)
    for other in (given(STUDENT, how="again"), given(how="of nobody in particular")):
        with pytest.raises(ObjectionStandsError, match="A guardian objects, as office recorded"):
            with_consent(objected, other, TODAY)
        with pytest.raises(ObjectionStandsError):
            with_consent(objected, other, TODAY, alone=True)
    again = with_consent(objected, given(GUARDIAN), TODAY)
    assert (again.objections, again.consents) == ((), (given(STUDENT), given(GUARDIAN)))


def test_a_withdrawal_of_nobody_in_particular_is_over_with_any_new_consent() -> None:
    withdrawn = with_objection(with_consent(NOBODY, given(), TODAY), objection(), TODAY)
    assert with_consent(withdrawn, given(STUDENT), TODAY).consents == (given(STUDENT),)
    assert with_consent(withdrawn, given(how="new"), TODAY).consents == (given(how="new"),)


def test_an_objection_by_mistake_is_taken_back_and_the_others_stay() -> None:
    agreed = with_consent(NOBODY, given(STUDENT), TODAY)
    one = with_objection(agreed, objection(GUARDIAN), TODAY)
    two = with_objection(one, objection(STUDENT), TODAY)
    assert two.objections == (objection(GUARDIAN), objection(STUDENT))
    left = without_objection(two, GUARDIAN, TODAY)
    assert (left.objections, left.agrees_on(TODAY)) == ((objection(STUDENT),), False)
    assert without_objection(left, STUDENT, TODAY) == agreed
    assert without_objection(agreed, STUDENT, TODAY) == agreed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"how": " "}, "how consent was given"),
        ({"given_on": TOMORROW}, f"given on {TOMORROW}, which is after today"),
        ({"valid_until": YESTERDAY}, f"until {YESTERDAY} has ended already"),
        ({"valid_until": "31.7.2027"}, "'31.7.2027' is not a day"),
    ],
)
def test_a_wrong_consent_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConsentMissingError, match=message):
        checked_consent(replace(given(), **change), TODAY)


def test_what_is_noted_is_cleaned_up() -> None:
    assert checked_consent(given(until=f" {TODAY} ", how=" a  form "), TODAY) == given(
        until=TODAY, how="a form"
    )
    assert checked_objection(Withdrawal(NOON, "office", GUARDIAN, "  ")) == objection(GUARDIAN)
    assert checked_guardian(" Joylette  Coleman ") == "Joylette Coleman"
    assert checked_guardian("") is None
    for check in (checked_guardian, lambda text: checked_objection(Withdrawal(NOON, "office", how=text))):
        with pytest.raises(ConsentMissingError, match="at most 200 characters"):
            check("x" * 201)
