"""On MongoDB, rooms are what they are on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attendance.classroom.school_room import open_room
from tests.attendance.presence import test_answers, test_room_view, test_spot_checks
from tests.attendance.store.databases import NXServer

STORIES = (
    test_answers.test_an_answer_can_be_undone_and_given_again,
    test_room_view.test_a_photo_lists_who_is_not_in_it_and_a_second_one_shortens_the_list,
    test_room_view.test_who_is_seen_has_the_strongest_place_and_a_note_in_the_history,
    test_room_view.test_a_discarded_picture_shows_nobody_any_more,
    test_room_view.test_an_erased_student_leaves_pictures_and_spot_checks,
    test_spot_checks.test_a_check_is_kept_and_the_next_calls_others_first,
)


@pytest.mark.server
def test_on_mongodb_it_is_the_same(tmp_path: Path) -> None:
    server = NXServer(tmp_path / "server")
    server.start()
    try:
        for number, story in enumerate(STORIES):
            with open_room(tmp_path / str(number), mongodb_uri=server.place().address) as room:
                story(room)
    finally:
        server.kill()
