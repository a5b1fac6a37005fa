"""API tokens from the command line."""

from __future__ import annotations

import pytest

from attendance.accounts.api_tokens import Scope
from attendance.values import Role
from tests.create_database.admin import Admin, rows

ADD = ("api-token", "add", "Timetable", "--scope", "marks:read")


def test_the_text_alone_is_printed_and_opens_the_door(admin: Admin) -> None:
    done = admin.types(*ADD, "--scope", "students:read", "--days", "30", "--by", "Registrar")
    assert done.exit_code == 0, done.output
    text = done.stdout.removesuffix("\n")
    assert "Token Timetable is valid until 2026-12-23" in done.stderr
    with admin.register() as register:
        token = register.api_tokens.holder(text)
        assert token is not None
        assert token.scopes == ("students:read", "marks:read")
        assert token.created_by == "Registrar"
        assert token.expires_at is not None
        assert (token.expires_at - token.created_at).days == 30


def test_a_token_without_days_holds_until_it_is_revoked(admin: Admin) -> None:
    assert "is valid until revoked" in admin.types(*ADD).stderr
    with admin.register() as register:
        assert register.api_tokens.all()[0].expires_at is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("api-token", "add", "Timetable"), "--scope"),
        (("api-token", "add", "Timetable", "--scope", "marks:erase"), "marks:erase"),
        ((*ADD, "--days", "0"), "--days"),
        ((*ADD, "--days", "3651"), "--days"),
        (("api-token", "add", " ", "--scope", "live"), "The name must have 1 to 80"),
    ],
)
def test_what_will_not_do_is_refused(admin: Admin, typed: tuple[str, ...], said: str) -> None:
    done = admin.types(*typed)
    assert done.exit_code != 0
    assert said in done.output
    with admin.register() as register:
        assert register.api_tokens.all() == []


def test_photos_count_without_a_movement_unless_it_is_said(admin: Admin) -> None:
    admin.types(*ADD)
    admin.types("api-token", "add", "Door", "--scope", "recognise", "--with-movement")
    with admin.register() as register:
        counted = {token.name: token.photo_only for token in register.api_tokens.all()}
    assert counted == {"Timetable": True, "Door": False}


def test_a_name_is_used_once(admin: Admin) -> None:
    admin.types(*ADD)
    again = admin.types(*ADD)
    assert again.exit_code == 1
    assert "The name Timetable was used before" in again.output


def test_the_list_says_what_each_may_do_and_never_its_text(admin: Admin) -> None:
    text = admin.types(*ADD, "--by", "Registrar").stdout.strip()
    with admin.register() as register:
        user = register.accounts.add("grace", "Grace Hopper", Role.ADMIN)
        scopes = [Scope.RECOGNISE, Scope.LIVE]
        register.api_tokens.make("Door", scopes, by=user.id, photo_only=False)
        register.api_tokens.holder(text)
    admin.types("api-token", "revoke", "door")
    done = admin.types("api-token", "list")
    assert text not in done.output
    assert sorted(rows(done.stdout)) == [  # both were made at the same moment
        ["Door", "revoked", "never", "never", "Grace Hopper", "need a movement", "recognise live"],
        ["Timetable", "valid", "2026-11-23 10:00", "never", "Registrar", "count alone", "marks:read"],
    ]


def test_an_empty_list_says_what_to_do_first(admin: Admin) -> None:
    assert (
        "create_database api-token add NAME --scope SCOPE --data" in admin.types("api-token", "list").stderr
    )


def test_a_revoked_token_opens_nothing(admin: Admin) -> None:
    text = admin.types(*ADD).stdout.strip()
    done = admin.types("api-token", "revoke", "TIMETABLE")
    assert done.stdout == "Token Timetable was revoked at 2026-11-23 10:00.\n"
    assert admin.types("api-token", "revoke", "timetable").stdout == done.stdout
    with admin.register() as register:
        assert register.api_tokens.holder(text) is None


def test_an_unknown_token_is_one_sentence(admin: Admin) -> None:
    done = admin.types("api-token", "revoke", "Door")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: There is no token Door. To see all tokens, run: ")
    assert done.stderr.endswith(f"create_database api-token list --data {admin.data}\n")
