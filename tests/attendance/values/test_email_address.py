"""What passes for an e-mail address."""

from __future__ import annotations

import pytest

from attendance.values.email_address import is_email_address


@pytest.mark.parametrize(
    "text",
    ["someone@example.org", "o'hara+school@mail.example.org", "zoë@exämple.org", "office@localhost"],
)
def test_an_address_is_one(text: str) -> None:
    assert is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n/a",
        "@example.org",
        "someone@",
        "one@example.org, two@example.org",
        "one@example.org;two@example.org",
        "Someone <someone@example.org>",
        "someone@example.org\nBcc: all@example.org",
        "some one@example.org",
        "a@b@example.org",
        "someone@example..org",
        "someone@example.org.",
        "x" * 190 + "@example.org",
    ],
)
def test_a_list_a_name_or_a_header_is_none(text: str) -> None:
    assert not is_email_address(text)
