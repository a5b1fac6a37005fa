"""No cell of a CSV file is run by a spreadsheet, and each can be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.files.formula_guard import guarded, without_guard


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_would_be_a_formula_is_made_text(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@given(st.text(max_size=8))
def test_no_cell_starts_a_formula_and_each_can_be_read_back(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    if not cell.startswith("'"):
        assert without_guard(guarded(cell)) == cell
