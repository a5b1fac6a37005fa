"""Users, their logins, failed logins and one-time links, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.errors import UsernameTakenError
from attendance.store.protocol import Store
from attendance.values import Role, SecondFactor
from tests.attendance.store.builders import MS, NOON, link, login, user
from tests.attendance.store.databases import Place

END = link().expires_at


# --- users ------------------------------------------------------------------------------------------


def test_a_user_comes_back_as_written(empty_store: Store, place: Place) -> None:
    admin = user("u1")
    teacher = user(
        "u2",
        name="Zoë Ångström-李 🎓",
        role=Role.TEACHER,
        password_changed_at=NOON + 7 * MS,
        active=False,
        second_factor=SecondFactor("sealed", 58_796_160, ("aa" * 32, "bb" * 32), NOON + MS),
        strong_password=True,
        asked_for_factor=True,
        version=3,
        enrols=True,
    )
    for each in (admin, teacher):
        empty_store.add_user(each)
    again = place.open()
    assert [again.user(each.id) for each in (admin, teacher)] == [admin, teacher]
    assert again.user_by_name("user-u2") == teacher
    again.close()


def test_no_user_is_found_where_none_is(empty_store: Store) -> None:
    assert empty_store.user("u1") is None
    assert empty_store.user_by_name("user-u1") is None
    assert empty_store.users() == []


def test_users_come_in_plain_order_of_their_usernames(empty_store: Store) -> None:
    names = ["zoe", "adam", "é", "b2", "b10"]
    for number, name in enumerate(names):
        empty_store.add_user(user(str(number), username=name))
    assert [each.username for each in empty_store.users()] == sorted(names)


def test_a_username_is_one_users(empty_store: Store) -> None:
    empty_store.add_user(user("u1", username="eileen"))
    empty_store.add_user(user("u2", username="grace"))
    with pytest.raises(UsernameTakenError, match="eileen"):
        empty_store.add_user(user("u3", username="eileen"))
    with pytest.raises(UsernameTakenError, match="eileen"):
        empty_store.replace_user(user("u2", username="eileen", version=2))
    assert [each.username for each in empty_store.users()] == ["eileen", "grace"]
    assert empty_store.user("u3") is None


def test_a_user_is_replaced_by_who_has_seen_the_last_version(empty_store: Store) -> None:
    first = user("u1")
    empty_store.add_user(first)
    second = replace(first, username="new", password_hash="another", role=Role.TEACHER, version=2)
    assert empty_store.replace_user(second)
    assert not empty_store.replace_user(replace(first, name="too late", version=2))
    assert not empty_store.replace_user(replace(first, name="too early", version=4))
    assert not empty_store.replace_user(user("unknown", version=2))
    assert empty_store.users() == [second]
    assert empty_store.user_by_name(first.username) is None


def test_the_password_is_not_shown_with_the_user() -> None:
    assert "argon2" not in repr(user("u1", password_hash="$argon2id$secret"))


def test_the_secret_of_a_second_factor_is_not_shown_with_it() -> None:
    assert "sealed" not in repr(SecondFactor("sealed secret", 1, ("digest",), NOON))


# --- logins -----------------------------------------------------------------------------------------


def test_a_login_comes_back_as_written(empty_store: Store, place: Place) -> None:
    empty_store.add_user(user("u1"))
    written = login(browser="Safari on iPhone", seen_at=NOON + MS, proved_at=NOON + 2 * MS)
    empty_store.add_login(written)
    again = place.open()
    assert again.login("l1") == written
    assert again.login("unknown") is None
    again.close()


def test_the_logins_of_a_user_come_newest_first(empty_store: Store) -> None:
    for key in ("u1", "u2"):
        empty_store.add_user(user(key))
    for key, owner, delay in (("b", "u1", 1), ("old", "u1", 0), ("other", "u2", 3), ("a", "u1", 1)):
        empty_store.add_login(login(key, user_id=owner, created_at=NOON + delay * MS))
    assert [each.id for each in empty_store.logins_of("u1")] == ["a", "b", "old"]
    assert empty_store.logins_of("nobody") == []


def test_what_is_noted_about_a_login_changes_nothing_else(empty_store: Store) -> None:
    empty_store.add_user(user("u1"))
    for key in ("l1", "l2"):
        empty_store.add_login(login(key))
    empty_store.note_login_seen("l1", NOON + MS)
    empty_store.note_login_proof("l1", NOON + 2 * MS)
    assert empty_store.login("l1") == login(seen_at=NOON + MS, proved_at=NOON + 2 * MS)
    assert empty_store.login("l2") == login("l2")


def test_a_note_about_a_login_that_was_ended_does_not_bring_it_back(empty_store: Store) -> None:
    empty_store.add_user(user("u1"))
    empty_store.add_login(login())
    empty_store.end_login("l1")
    empty_store.end_login("l1")
    empty_store.note_login_seen("l1", NOON + MS)
    empty_store.note_login_proof("l1", NOON + MS)
    assert empty_store.login("l1") is None


def test_all_logins_of_a_user_end_but_one(empty_store: Store) -> None:
    for key in ("u1", "u2"):
        empty_store.add_user(user(key))
    for key, owner in (("l1", "u1"), ("l2", "u1"), ("l3", "u1"), ("l4", "u2")):
        empty_store.add_login(login(key, user_id=owner))
    assert empty_store.end_logins("u1", but="l2") == 2
    assert [each.id for each in empty_store.logins_of("u1")] == ["l2"]
    assert empty_store.end_logins("u1") == 1
    assert empty_store.logins_of("u1") == []
    assert [each.id for each in empty_store.logins_of("u2")] == ["l4"]


def test_logins_that_have_expired_are_purged(empty_store: Store) -> None:
    empty_store.add_user(user("u1"))
    empty_store.add_login(login("l1"))
    empty_store.add_login(login("l2", expires_at=login().expires_at + MS))
    assert empty_store.purge_logins(login().expires_at - MS) == 0
    assert empty_store.purge_logins(login().expires_at) == 1
    assert [each.id for each in empty_store.logins_of("u1")] == ["l2"]


# --- failed logins ----------------------------------------------------------------------------------


def test_failures_are_counted_for_their_key(empty_store: Store, place: Place) -> None:
    for key, delay in (("eileen", 2000), ("eileen", 0), ("grace", 1), ("eileen", 0)):
        empty_store.note_login_failure(key, NOON + delay * MS)
    again = place.open()
    assert again.login_failures("eileen", NOON) == [NOON, NOON, NOON + 2000 * MS]
    assert again.login_failures("eileen", NOON + MS) == [NOON + 2000 * MS]
    assert again.login_failures("unknown", NOON) == []
    again.close()


def test_a_right_password_forgets_the_failures_of_its_key(empty_store: Store) -> None:
    for key in ("eileen", "eileen", "grace"):
        empty_store.note_login_failure(key, NOON)
    empty_store.forget_login_failures("eileen")
    assert empty_store.login_failures("eileen", NOON) == []
    assert empty_store.login_failures("grace", NOON) == [NOON]


def test_old_failures_are_purged(empty_store: Store) -> None:
    for delay in range(3):
        empty_store.note_login_failure("eileen", NOON + delay * MS)
    assert empty_store.purge_login_failures(NOON + 2 * MS) == 2
    assert empty_store.login_failures("eileen", NOON) == [NOON + 2 * MS]


# --- links that work once ---------------------------------------------------------------------------


def test_a_link_works_once(empty_store: Store, place: Place) -> None:
    empty_store.put_link(link("aa"))
    assert empty_store.has_link("aa", "first-admin", NOON)
    assert empty_store.has_link("aa", "first-admin", NOON), "looking does not use it"
    again = place.open()
    assert again.consume_link("aa", "first-admin", NOON)
    again.close()
    assert not empty_store.has_link("aa", "first-admin", NOON)
    assert not empty_store.consume_link("aa", "first-admin", NOON)


def test_a_link_works_for_its_purpose_only(empty_store: Store) -> None:
    empty_store.put_link(link("aa", purpose="password of u1"))
    assert not empty_store.has_link("aa", "first-admin", NOON)
    assert not empty_store.consume_link("aa", "first-admin", NOON)
    assert not empty_store.consume_link("bb", "password of u1", NOON)
    assert empty_store.consume_link("aa", "password of u1", NOON)


def test_using_a_link_ends_the_others_of_its_purpose(empty_store: Store) -> None:
    for digest, purpose in (("aa", "first-admin"), ("bb", "first-admin"), ("cc", "password of u1")):
        empty_store.put_link(link(digest, purpose=purpose))
    assert empty_store.consume_link("bb", "first-admin", NOON)
    assert not empty_store.consume_link("aa", "first-admin", NOON)
    assert empty_store.consume_link("cc", "password of u1", NOON)
    empty_store.put_link(link("dd"))
    assert empty_store.consume_link("dd", "first-admin", NOON)


def test_a_link_ends_with_its_time(empty_store: Store) -> None:
    empty_store.put_link(link("aa"))
    assert not empty_store.has_link("aa", "first-admin", END)
    assert not empty_store.consume_link("aa", "first-admin", END)
    assert empty_store.consume_link("aa", "first-admin", END - MS)


def test_links_that_are_over_are_purged(empty_store: Store) -> None:
    empty_store.put_link(link("aa"))
    empty_store.put_link(link("bb", expires_at=END + timedelta(hours=1)))
    empty_store.put_link(link("cc", purpose="password of u1"))
    assert empty_store.purge_links(END - MS) == 0
    assert empty_store.purge_links(END) == 2
    assert empty_store.purge_links(END) == 0
    assert not empty_store.has_link("aa", "first-admin", NOON)
    assert empty_store.consume_link("bb", "first-admin", END)
