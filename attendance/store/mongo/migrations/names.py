"""Names in the MongoDB register that its stores and its migrations share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# The documents of the collection `register`.
SCHEMA, LOCK, GALLERY, PEOPLE, ENGINE_PIN = "schema", "migration", "gallery", "people", "engine_pin"
FEED = "feed"
CHECK = "check"  # the one that is written to see whether one can write
FED, ERASED = ("marks", "sessions", "students"), "erased"  # whose documents make up the feed of changes
BOARD = "board_version"  # the field of sessions and courses that counts changes on a board
NO_TWIN = ""  # what a student's ``twin`` is, besides the ids of twins in older registers

LISTS = "lists"  # of a student: the lists of the document as text, because not every server compares lists


def lists_of(document: Mapping[str, Any]) -> str:
    """The lists of a student's document as text; they are compared by it."""
    lists = [document["other_consents"], document["other_objections"]]
    return json.dumps(lists, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
