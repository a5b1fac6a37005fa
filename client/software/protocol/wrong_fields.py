"""What is wrong with the fields of a request, for people."""

from __future__ import annotations

from pydantic import ValidationError

_OF_PYDANTIC = "Value error, "  # it puts this before our own sentences
_IN_WORDS = {"model_type": "Input should be an object"}  # by pydantic's type; it names a class of Python


def wrong_fields(error: ValidationError) -> list[tuple[str, str]]:
    """The path of each wrong field, empty for the request as a whole, and what is wrong with it."""
    return [
        (".".join(str(step) for step in wrong["loc"]), _in_words(wrong["type"], wrong["msg"]))
        for wrong in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _in_words(kind: str, message: str) -> str:
    return _IN_WORDS.get(kind, message.removeprefix(_OF_PYDANTIC))
