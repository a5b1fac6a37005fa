"""CSV is written the same way wherever the system writes it."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from attendance.files.csv_writer import Audience, csv_bytes, csv_text
from attendance.files.formula_guard import guarded
from attendance.files.writable_text import REPLACEMENT

COLUMNS = ("roll_number", "name")
ROWS = [("-1", "Zoë, “the first”"), ("2", 'a "b"\nc')]


def test_a_file_for_people_has_no_formula_and_may_have_the_mark_of_utf_8() -> None:
    written = 'roll_number,name\r\n\'-1,"Zoë, “the first”"\r\n2,"a ""b""\nc"\r\n'.encode()
    assert csv_bytes(COLUMNS, ROWS, audience=Audience.PEOPLE, bom=False) == written
    assert csv_bytes(COLUMNS, ROWS, audience=Audience.PEOPLE, bom=True) == b"\xef\xbb\xbf" + written


def test_a_file_for_machines_has_each_cell_as_it_is() -> None:
    assert csv_text(ROWS, audience=Audience.MACHINES).startswith("-1,")


def test_headings_are_guarded_too() -> None:
    assert csv_bytes(("=1",), [], audience=Audience.PEOPLE, bom=False) == b"'=1\r\n"


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=4), st.sampled_from(Audience))
def test_every_cell_is_read_back(rows: list[tuple[str, str]], audience: Audience) -> None:
    lines = csv_text(rows, audience=audience)
    read = [tuple(row) for row in csv.reader(io.StringIO(lines, newline=""))]
    for written, found in zip(rows, read, strict=True):
        for cell, got in zip(written, found, strict=True):
            wanted = guarded(cell) if audience is Audience.PEOPLE else cell
            assert len(got) == len(wanted)
            assert all(one in (other, REPLACEMENT) for one, other in zip(got, wanted, strict=True))


def test_what_a_file_cannot_hold_has_a_visible_sign() -> None:
    assert (
        csv_bytes(("\x00a\ud800",), [], audience=Audience.MACHINES, bom=False)
        == f"{REPLACEMENT}a{REPLACEMENT}\r\n".encode()
    )
