"""Everything about who is really in the room, for the pages and for other software."""

from __future__ import annotations

from functools import partial

from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.marks.live_board import Board
from attendance.presence.answers import RoomAnswers
from attendance.presence.room_pictures import RoomPictures
from attendance.presence.room_view import PresenceView, room_view
from attendance.presence.spot_checks import SpotChecks
from attendance.store.protocol import Store


class Presence:
    """Room pictures, answers of teachers, and spot checks.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions.

    Attributes:
        pictures: whom pictures of rooms show.
        answers: what teachers found.
        spot_checks: names to call out.
    """

    def __init__(self, store: Store, clock: Clock, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self.pictures = RoomPictures(store, clock)
        self.answers = RoomAnswers(store, clock, sessions)
        self.spot_checks = SpotChecks(store, clock)

    def view(self, board: Board) -> PresenceView:
        """What is known of who is in the room of a board, now."""
        return room_view(board, self._clock.now(), partial(self._store.marks_among, board.session.id))
