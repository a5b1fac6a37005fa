"""Which rows of a board a browser shows: all of a class, and one page of a lecture for thousands."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.marks.live_board import Board
from client.teacher.board.board_rows import Pupils, Row, texts_of
from client.teacher.row_pages import RowPages
from client.web.services import the_register


@dataclass(frozen=True)
class ShownRows:
    """The rows of a board that the address asks for.

    Attributes:
        here: those of students who count as here.
        out: those of all others.
        here_pages: the pages of the first list.
        out_pages: those of the second one.
    """

    here: tuple[Row, ...]
    out: tuple[Row, ...]
    here_pages: RowPages
    out_pages: RowPages

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are sent."""
        return self.here_pages.is_cut

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those of both lists."""
        return (*self.here, *self.out)


def shown_rows(board: Board) -> ShownRows:
    """The rows of a board that this request asks for; only their marks are read whole."""
    pupils = Pupils.of(board)
    here_pages, here_places = RowPages.fitting(texts_of(pupils.here), "in", kept=["out"], among=len(pupils))
    out_pages, out_places = RowPages.fitting(texts_of(pupils.out), "out", kept=["in"], among=len(pupils))
    chosen = [pupils.here[place] for place in here_places], [pupils.out[place] for place in out_places]
    marked = [row.student.id for rows in chosen for row in rows if row.mark is not None]
    marks = the_register().boards.marks(board, marked)
    here, out = (pupils.rows(rows, marks, board.session) for rows in chosen)
    return ShownRows(here, out, here_pages, out_pages)
