"""API tokens: made once, known by their text alone, and worth nothing once they are over."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.accounts.api_tokens import LONGEST_NAME, NOTED_EVERY, ApiTokens, Scope
from attendance.accounts.errors import ApiTokenError, ApiTokenNotFoundError
from attendance.store.protocol import Store
from attendance.values import ApiToken
from tests.attendance.fragile_store import FragileStore
from tests.attendance.frozen_clock import MORNING, FrozenClock

DOCS = Path(__file__).parents[3] / "docs" / "api.md"
READ = [Scope.MARKS_READ]
LATER = MORNING + timedelta(days=30)


@pytest.fixture
def tokens(store: Store, clock: FrozenClock) -> ApiTokens:
    return ApiTokens(store, clock)


def test_the_text_opens_the_door_for_its_token(tokens: ApiTokens) -> None:
    made = tokens.make(" Time  table ", [Scope.MARKS_READ, "students:read"], by="u1", expires_at=LATER)
    assert made.text.startswith("fa_")
    assert len(made.text) == 46
    found = tokens.holder(made.text)
    assert found is not None
    assert (found.id, found.name, found.created_by) == (made.token.id, "Time table", "u1")
    assert found.scopes == ("students:read", "marks:read")
    assert (found.created_at, found.expires_at) == (MORNING, LATER)


def test_the_text_is_kept_nowhere(tokens: ApiTokens, store: Store) -> None:
    made = tokens.make("Timetable", READ, by="u1")
    assert made.text not in repr(made)
    kept = repr([vars(each) for each in store.api_tokens()])
    assert made.token.digest in kept
    assert made.text not in kept
    assert made.text.removeprefix("fa_") not in kept


def test_each_text_is_another_one(tokens: ApiTokens) -> None:
    assert len({tokens.make(f"Token {number}", READ, by="u1").text for number in range(20)}) == 20


def test_another_text_opens_nothing(tokens: ApiTokens) -> None:
    made = tokens.make("Timetable", READ, by="u1")
    text = made.text
    others = [
        "",
        text[:-1],
        text + "A",
        text + "\n",
        " " + text,
        text.removeprefix("fa_"),
        text.swapcase(),
        text[:3] + text[3:].swapcase(),
        text[:-1] + ("A" if text[-1] != "A" else "B"),
        "fa_" + "é" * 43,
        "fa_" + "\udce9" * 43,
        "x" * 100_000,
    ]
    assert [tokens.holder(other) for other in others] == [None] * len(others)
    assert tokens.get(made.token.id).last_used_at is None


def test_a_token_ends_with_its_time(tokens: ApiTokens, clock: FrozenClock) -> None:
    text = tokens.make("Timetable", READ, by="u1", expires_at=MORNING + timedelta(days=1)).text
    clock.advance(days=1, milliseconds=-1)
    assert tokens.holder(text) is not None
    clock.advance(milliseconds=1)
    assert tokens.holder(text) is None


def test_a_token_without_an_end_goes_on(tokens: ApiTokens, clock: FrozenClock) -> None:
    text = tokens.make("Timetable", READ, by="u1").text
    clock.advance(days=4000)
    assert tokens.holder(text) is not None


def test_a_revoked_token_is_worth_nothing_and_stays_on_record(tokens: ApiTokens, clock: FrozenClock) -> None:
    made = tokens.make("Timetable", READ, by="u1")
    clock.advance(days=1)
    other = tokens.make("Board", READ, by="u1")
    revoked = tokens.revoke(made.token.id)
    assert revoked.revoked_at == clock.now()
    assert tokens.holder(made.text) is None
    assert tokens.holder(other.text) is not None
    assert [each.name for each in tokens.all()] == ["Timetable", "Board"]
    clock.advance(days=1)
    assert tokens.revoke(made.token.id) == revoked
    with pytest.raises(ApiTokenNotFoundError):
        tokens.revoke("unknown")


def test_its_use_is_noted_once_a_minute(tokens: ApiTokens, clock: FrozenClock) -> None:
    made = tokens.make("Timetable", READ, by="u1")
    noted = []
    for _ in range(4):
        assert tokens.holder(made.text) is not None
        found = tokens.get(made.token.id)
        noted.append((found.last_used_at, found.version))
        clock.advance(seconds=NOTED_EVERY.total_seconds() / 2)
    half = NOTED_EVERY / 2
    assert noted == [(MORNING, 2), (MORNING, 2), (MORNING + 2 * half, 3), (MORNING + 2 * half, 3)]


class Overtaken(FragileStore):
    """A store in which another process is quicker to write a token."""

    meanwhile: dict[str, Any]

    def replace_api_token(self, token: ApiToken) -> bool:
        if self.meanwhile:
            before = self._store.api_token(token.id)
            assert before is not None
            changes, self.meanwhile = self.meanwhile, {}
            assert self._store.replace_api_token(replace(before, version=before.version + 1, **changes))
        return self._store.replace_api_token(token)


def overtaken(store: Store, **meanwhile: Any) -> Overtaken:
    made = Overtaken(store, "", written=False)
    made.meanwhile = meanwhile
    return made


def test_a_token_that_is_used_in_two_processes_at_once_lets_both_in(store: Store, clock: FrozenClock) -> None:
    made = ApiTokens(store, clock).make("Timetable", READ, by="u1")
    tokens = ApiTokens(overtaken(store, last_used_at=MORNING), clock)
    assert tokens.holder(made.text) is not None


def test_a_token_that_is_revoked_at_that_moment_lets_nobody_in(store: Store, clock: FrozenClock) -> None:
    made = ApiTokens(store, clock).make("Timetable", READ, by="u1")
    tokens = ApiTokens(overtaken(store, revoked_at=MORNING), clock)
    assert tokens.holder(made.text) is None


def test_revoking_wins_over_a_use_at_that_moment(store: Store, clock: FrozenClock) -> None:
    made = ApiTokens(store, clock).make("Timetable", READ, by="u1")
    ApiTokens(overtaken(store, last_used_at=MORNING), clock).revoke(made.token.id)
    found = store.api_token(made.token.id)
    assert found is not None
    assert (found.revoked_at, found.last_used_at, found.version) == (MORNING, MORNING, 3)


@pytest.mark.parametrize(
    ("name", "scopes", "said"),
    [
        ("", READ, "1 to 80 printable characters"),
        ("  ", READ, "1 to 80 printable characters"),
        ("x" * (LONGEST_NAME + 1), READ, "1 to 80 printable characters"),
        ("a\u202eb", READ, "1 to 80 printable characters"),
        ("Timetable", [], "at least one scope"),
        ("Timetable", ["marks:read", "marks:erase"], r"Unknown scope: marks:erase.*marks:read, marks:write"),
        ("Timetable", [""], "Unknown scope"),
    ],
)
def test_what_will_not_do_is_refused(tokens: ApiTokens, name: str, scopes: list[str], said: str) -> None:
    with pytest.raises(ApiTokenError, match=said):
        tokens.make(name, scopes, by="u1")
    assert tokens.all() == []


def test_every_reason_is_given_at_once(tokens: ApiTokens, clock: FrozenClock) -> None:
    with pytest.raises(ApiTokenError, match=r"1 to 80.*at least one.*have expired"):
        tokens.make("", [], by="u1", expires_at=clock.now())


def test_a_name_is_used_once_even_after_it_was_revoked(tokens: ApiTokens) -> None:
    tokens.revoke(tokens.make("Timetable", READ, by="u1").token.id)
    with pytest.raises(ApiTokenError, match="The name TimeTable was used before"):
        tokens.make(" TimeTable ", READ, by="u1")
    assert tokens.by_name("TIMETABLE") == tokens.all()[0]
    assert tokens.by_name("Board") is None


def test_the_page_about_the_api_has_every_scope() -> None:
    rows = re.findall(r"^\| `([a-z:]+)` \| to ", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [scope.value for scope in Scope]
