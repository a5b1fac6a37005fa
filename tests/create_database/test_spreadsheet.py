"""CSV files are written in whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from create_database.errors import AdminError
from create_database.spreadsheet import write_csv


def test_a_file_is_utf_8_that_spreadsheets_recognise(tmp_path: Path) -> None:
    write_csv(str(tmp_path / "list.csv"), ("name", "note"), [("Zoë, the first", "=1")])
    data = (tmp_path / "list.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["name", "note"], ["Zoë, the first", "'=1"]]
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_a_file_is_exchanged(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("older")
    write_csv(str(tmp_path / "list.csv"), ("name",), [])
    assert (tmp_path / "list.csv").read_bytes() == b"\xef\xbb\xbfname\r\n"


def test_the_standard_output_is_written_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv("-", ("name",), [("@x",)])
    assert capsys.readouterr().out == "name\n'@x\n"


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    device = Path("/dev/null")
    if not device.exists():
        pytest.skip("this system has no /dev/null")
    write_csv(str(device), ("name",), [])
    assert device.is_char_device()


@pytest.mark.parametrize("target", ["missing/list.csv", "."])
def test_where_nothing_can_be_written_it_says_so(tmp_path: Path, target: str) -> None:
    with pytest.raises(AdminError, match=r"can't be written: .+\. Name another file with --csv"):
        write_csv(str(tmp_path / target), ("name",), [])
