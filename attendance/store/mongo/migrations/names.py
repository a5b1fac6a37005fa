"""Names in the MongoDB register that its stores and its migrations share."""

from __future__ import annotations

# The documents of the collection `register`.
SCHEMA, LOCK, GALLERY, PEOPLE, ENGINE_PIN = "schema", "migration", "gallery", "people", "engine_pin"
FEED = "feed"
FED, ERASED = ("marks", "sessions", "students"), "erased"  # whose documents make up the feed of changes
BOARD = "board_version"  # the field of sessions and courses that counts changes on a board
NO_TWIN = ""  # what a student's ``twin`` is, besides the ids of twins in older registers
