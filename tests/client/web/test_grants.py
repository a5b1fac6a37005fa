"""Only grants and claims with a valid signature that have not expired are accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.problems.refusals import RefusedError, RequestProblem
from client.web.grants import CLAIM_LIFETIME, DELIVERY, GRANT_LIFETIME, Signatures

NOW = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)
SIGNATURES = Signatures(b"one secret of the site")


def problem_of(text: str, now: datetime = NOW, signatures: Signatures = SIGNATURES) -> RequestProblem:
    with pytest.raises(RefusedError) as caught:
        signatures.read_grant(text, now)
    return caught.value.problem


def test_a_grant_comes_back_as_it_was_given() -> None:
    grant = SIGNATURES.read_grant(SIGNATURES.new_grant("general|2026-03-02", NOW), NOW)
    assert grant.session_id == "general|2026-03-02"
    assert grant.opened_at == NOW
    assert grant.expires_at == NOW + GRANT_LIFETIME
    assert grant.delivered_by == NOW + GRANT_LIFETIME + DELIVERY


def test_every_grant_is_another() -> None:
    grants = {SIGNATURES.read_grant(SIGNATURES.new_grant("s", NOW), NOW).id for _ in range(50)}
    assert len(grants) == 50


def test_what_was_taken_in_a_grants_five_minutes_may_arrive_for_five_more() -> None:
    text = SIGNATURES.new_grant("s", NOW)
    SIGNATURES.read_grant(text, NOW + timedelta(minutes=9, seconds=59))
    assert problem_of(text, NOW + timedelta(minutes=10)) is RequestProblem.GRANT_EXPIRED
    assert SIGNATURES.read_signed_grant(text).opened_at == NOW


def test_a_missing_grant_is_said_to_be_missing() -> None:
    assert problem_of("") is RequestProblem.GRANT_MISSING


def test_another_sites_grant_is_none() -> None:
    foreign = Signatures(b"another secret").new_grant("s", NOW)
    assert problem_of(foreign) is RequestProblem.GRANT_INVALID


def test_a_claim_is_no_grant_and_a_grant_no_claim() -> None:
    claim = SIGNATURES.new_claim("s", "g", "d", NOW)
    assert problem_of(claim) is RequestProblem.GRANT_INVALID
    with pytest.raises(RefusedError):
        SIGNATURES.read_claim(SIGNATURES.new_grant("s", NOW), NOW)


@given(st.integers(min_value=0), st.characters())
def test_a_grant_with_one_character_changed_is_none(position: int, character: str) -> None:
    text = SIGNATURES.new_grant("s", NOW)
    position %= len(text) - 1  # the last character of a signature has unused bits
    if text[position] == character:
        return
    changed = text[:position] + character + text[position + 1 :]
    assert problem_of(changed) is RequestProblem.GRANT_INVALID


@given(st.text(min_size=1))
def test_any_other_text_is_no_grant(text: str) -> None:
    assert problem_of(text) is RequestProblem.GRANT_INVALID


def test_a_claim_comes_back_as_it_was_given_until_the_day_is_over() -> None:
    text = SIGNATURES.new_claim("s", "grant", "digest", NOW)
    claim = SIGNATURES.read_claim(text, NOW + timedelta(hours=1))
    assert (claim.session_id, claim.grant_id, claim.digest) == ("s", "grant", "digest")
    with pytest.raises(RefusedError) as caught:
        SIGNATURES.read_claim(text, NOW + CLAIM_LIFETIME)
    assert caught.value.problem is RequestProblem.CLAIM_INVALID
