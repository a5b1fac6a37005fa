"""API tokens, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.store.protocol import Store
from tests.attendance.store.builders import MS, NOON, api_token
from tests.attendance.store.databases import Place


def test_a_token_comes_back_as_written(empty_store: Store, place: Place) -> None:
    plain = api_token("t1")
    full = api_token(
        "t2",
        name="Zoë's 李 board 🎓",
        scopes=("marks:read", "students:write", "live"),
        created_at=NOON + MS,
        expires_at=NOON + timedelta(days=90),
        revoked_at=NOON + 2 * MS,
        last_used_at=NOON + MS,
        version=4,
    )
    none = api_token("t3", scopes=(), created_at=NOON + 2 * MS)
    for each in (plain, full, none):
        empty_store.add_api_token(each)
    again = place.open()
    assert again.api_tokens() == [plain, full, none]
    assert again.api_token("t2") == full
    assert again.api_token_by_digest(full.digest) == full
    again.close()


def test_no_token_is_found_where_none_is(empty_store: Store) -> None:
    empty_store.add_api_token(api_token("t1"))
    assert empty_store.api_token("t2") is None
    assert empty_store.api_token_by_digest("") is None
    assert empty_store.api_token_by_digest(api_token("t1").digest[:-1]) is None


def test_tokens_come_in_the_order_they_were_made(empty_store: Store) -> None:
    for key, delay in (("late", 5), ("b", 2), ("a", 2), ("first", 0)):
        empty_store.add_api_token(api_token(key, created_at=NOON + delay * MS))
    assert [each.id for each in empty_store.api_tokens()] == ["first", "a", "b", "late"]


def test_two_tokens_are_never_the_same(empty_store: Store) -> None:
    first, second = api_token("t1"), api_token("t2")
    for each in (first, second):
        empty_store.add_api_token(each)
    with pytest.raises(ValueError, match="Another API token"):
        empty_store.add_api_token(api_token("t3", digest=first.digest))
    with pytest.raises(ValueError, match="Another API token"):
        empty_store.add_api_token(api_token("t1", digest="9" * 64))
    with pytest.raises(ValueError, match="Another API token"):
        empty_store.replace_api_token(replace(second, digest=first.digest, version=2))
    assert empty_store.api_tokens() == [first, second]


def test_a_token_is_replaced_by_who_has_seen_the_last_version(empty_store: Store) -> None:
    first = api_token("t1")
    empty_store.add_api_token(first)
    used = replace(first, last_used_at=NOON + MS, version=2)
    assert empty_store.replace_api_token(used)
    assert not empty_store.replace_api_token(replace(first, name="too late", version=2))
    assert not empty_store.replace_api_token(replace(first, name="too early", version=4))
    assert not empty_store.replace_api_token(api_token("unknown", version=2))
    assert empty_store.api_tokens() == [used]


def test_what_is_over_or_revoked_opens_nothing() -> None:
    assert api_token(expires_at=None).is_live(NOON)
    assert api_token(expires_at=NOON + MS).is_live(NOON)
    assert not api_token(expires_at=NOON).is_live(NOON)
    assert not api_token(expires_at=None, revoked_at=NOON + MS).is_live(NOON)


def test_the_digest_is_not_shown_with_the_token() -> None:
    assert "5e5e" not in repr(api_token(digest="5e" * 32))
