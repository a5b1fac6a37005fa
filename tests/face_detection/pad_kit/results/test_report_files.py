"""A report names APCER for each species, BPCER, and what was refused why."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.results.pad_chart import chart_of
from face_detection.pad_kit.results.pad_report import JudgedPresentation, PadReport, report_of
from face_detection.pad_kit.results.report_files import markdown_of, write_reports

JUDGED = (
    *(
        JudgedPresentation("live", f"p{n}", n > 0, () if n else ("too_little",))
        for n in range(10)
        for _ in "12"
    ),
    *(
        JudgedPresentation("print bent", f"p{n}", n < 3, () if n < 3 else ("measures_differ",))
        for n in range(10)
    ),
    *(JudgedPresentation("print held", f"p{n}", False, ("too_little", "another")) for n in range(10)),
    JudgedPresentation("own <kind>", "p1", False, ("no_face",)),
)


def report() -> PadReport:
    return report_of(JUDGED, check="retail-1, mtcnn", material="Ten people.", seed=3)


def test_each_species_is_counted_for_itself_in_the_order_of_the_kinds() -> None:
    found = report()
    assert [each.kind for each in found.attacks] == ["print held", "print bent", "own <kind>"]
    assert [each.rate.events for each in found.attacks] == [0, 3, 0]
    assert found.attacks[0].why == (("too_little", 10),)
    assert [each.rate.share for each in found.live] == [0.1]


def test_held_is_who_fails_twice() -> None:
    held = report().held
    assert held is not None
    assert (held.events, held.people) == (1, 10)
    once = report_of(JUDGED[:1], check="", material="", seed=0)
    assert once.held is None


def test_the_text_has_counts_bounds_and_no_mean() -> None:
    text = markdown_of(report())
    assert "| print held | 10 | 10 | 0 of 10, at most 26 % | too_little 10 |" in text
    assert "| print bent | 10 | 10 | 30 % (6.7 to 65) | measures_differ 7 |" in text
    assert "Held for the teacher after 2 tries: 1 of 10 people (10 %" in text


def test_the_chart_can_be_read_out() -> None:
    svg = ET.fromstring(chart_of(report()))
    named = {part.get("id"): part.text or "" for part in svg.iter() if part.get("id")}
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "title read"
    assert "print bent: 30 % (6.7 to 65)" in named["read"]
    assert "own <kind>: 0 of 1" in named["read"]


def test_files_say_the_same(tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "new", report(), JUDGED)
    assert [path.name for path in paths] == [
        *("report.md", "report.csv", "report.json", "report.svg", "presentations.csv")
    ]
    rows = list(csv.DictReader((tmp_path / "new" / "report.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["measure"], row["kind"], row["events"]) for row in rows] == [
        ("BPCER", "live", "2"),
        ("APCER", "print held", "0"),
        ("APCER", "print bent", "3"),
        ("APCER", "own <kind>", "0"),
        ("held", "live, 2 tries", "1"),
    ]
    stored = json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))
    assert stored["attacks"][1]["rate"]["events"] == 3
    lines = (tmp_path / "new" / "presentations.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(JUDGED) + 1


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PadMaterialError, match="The report can't be written to"):
        write_reports(tmp_path / "file" / "below", report(), JUDGED)
