"""Which rows of a board a browser shows: all of a class, and one page of a lecture for thousands."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.marks.live_board import Board
from client.teacher.board.board_rows import Pupils, Row, texts_of
from client.teacher.row_pages import RowPages
from client.web.services import the_register

WHOLE_BOARD = 400
"""Students up to whom a board is sent whole: searching and turning pages then need no server."""

CUT_PAGE = 50  # rows of each list of a longer one


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
    def rows(self) -> tuple[Row, ...]:
        """Those of both lists."""
        return (*self.here, *self.out)


def shown_rows(board: Board) -> ShownRows:
    """The rows of a board that this request asks for; only their marks are read whole."""
    pupils = Pupils.of(board)
    lists = (pupils.here, "in", "out"), (pupils.out, "out", "in")
    if len(pupils) > WHOLE_BOARD:
        cut = [RowPages.cut(texts_of(rows), own, length=CUT_PAGE, kept=[other]) for rows, own, other in lists]
        pages = [page for page, _places in cut]
        chosen = [[rows[at] for at in places] for (rows, *_), (_page, places) in zip(lists, cut, strict=True)]
    else:
        pages = [RowPages.of(texts_of(rows), own, kept=[other]) for rows, own, other in lists]
        chosen = [list(rows) for rows, *_names in lists]
    marked = [row.student.id for rows in chosen for row in rows if row.mark is not None]
    marks = the_register().boards.marks(board, marked)
    here, out = (pupils.rows(rows, marks, board.session) for rows in chosen)
    return ShownRows(here, out, *pages)
