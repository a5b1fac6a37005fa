"""What is wrong with a request is said in sentences, not in words of a library."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from client.software.api.mark_models import MarkLine
from client.software.live.handshake import SocketQuery
from client.software.protocol.wrong_fields import wrong_fields


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            {"known_fields": "true", "marking": "by_click"},
            [("", "known_fields marks automatically")],
        ),
        ({"marking": "always"}, [("marking", "Input should be 'automatic' or 'by_click'")]),
    ],
)
def test_each_field_is_named_with_what_is_wrong(query: dict[str, str], said: list[tuple[str, str]]) -> None:
    with pytest.raises(ValidationError) as refused:
        SocketQuery.model_validate(query)
    assert wrong_fields(refused.value) == said


@pytest.mark.parametrize("line", ["17", None, ["17", "late"]])
def test_what_is_no_object_has_a_message_without_a_class_of_python(line: object) -> None:
    with pytest.raises(ValidationError) as refused:
        MarkLine.model_validate(line)
    assert wrong_fields(refused.value) == [("", "Input should be an object")]
