"""What servers with MongoDB's protocol do otherwise than MongoDB, as far as a test of the store meets it."""

from __future__ import annotations

import pytest

from tools.database_servers.programs import FERRETDB

PULL = "FerretDB removes with $pull only what equals the condition, and nothing that meets it"
UNIQUE = "FerretDB reports an update that a unique index refuses as an internal error, not as a taken key"
IN = "NX-27017 finds nothing by a range of text that looks like dates together with $in"
DIFFERENCES: dict[str, dict[str, str]] = {
    FERRETDB.name: {
        "test_a_crop_goes_with_its_photo": PULL,
        "test_one_photo_goes_with_all_that_was_made_of_it": PULL,
        "test_removing_a_student_counts_what_it_deletes": PULL,
        "test_removing_a_student_erases_everything_about_them": PULL,
        "test_a_username_is_one_users": UNIQUE,
        "test_two_tokens_are_never_the_same": UNIQUE,
        "test_a_session_does_not_get_the_token_of_another": UNIQUE,
    },
    "nx27017": {"test_the_newest_sessions_that_took_place": IN},
}
"""For each server the tests that fail on it, each with the reason; docs/storage.md has these, too."""


def wrong_on(server: str, test: pytest.Function) -> str | None:
    """Why a test fails on a server; None if it has to pass."""
    return DIFFERENCES.get(server, {}).get(test.originalname)
