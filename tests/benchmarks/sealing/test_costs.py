"""What sealing costs is measured on two small registers."""

from __future__ import annotations

from pathlib import Path

from benchmarks.sealing.__main__ import measure


def test_check_ins_and_a_new_key_are_timed(tmp_path: Path) -> None:
    found = measure(tmp_path, students=4, photos=1, check_ins=3)
    assert min(found.plain, found.sealed, found.turn, found.rotation) > 0
