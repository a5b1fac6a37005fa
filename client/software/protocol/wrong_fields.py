"""What is wrong with the fields of a request, for people."""

from __future__ import annotations

from pydantic import ValidationError

_OF_PYDANTIC = "Value error, "  # it puts this before our own sentences


def wrong_fields(error: ValidationError) -> list[tuple[str, str]]:
    """The path of each wrong field, empty for the request as a whole, and what is wrong with it."""
    return [
        (".".join(str(step) for step in wrong["loc"]), wrong["msg"].removeprefix(_OF_PYDANTIC))
        for wrong in error.errors(include_url=False, include_context=False, include_input=False)
    ]
