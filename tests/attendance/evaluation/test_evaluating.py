"""An evaluation of made-up people, and what its three files say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from attendance.evaluation import evaluating
from attendance.evaluation.class_table import search_drawn, search_site
from attendance.evaluation.enrolled_students import NamedClass
from attendance.evaluation.evaluating import compared_rows, evaluate
from attendance.evaluation.labelled_faces import LabelledFaces
from attendance.evaluation.output.document import sections_of
from attendance.evaluation.output.files import write_report
from attendance.evaluation.output.html_page import html_of
from attendance.evaluation.output.markdown import markdown_of
from attendance.evaluation.results import Evaluation
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import NotMeasurable
from tests.attendance.evaluation.made_up_people import made_up_faces, made_up_policy

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)


def evaluated(faces: LabelledFaces, groups: dict[str, str] | None = None) -> Evaluation:
    policy = made_up_policy()
    column = None if groups is None else "group"
    searched = search_drawn(faces, policy)
    return evaluate(faces, policy, searched, source="photos", at=AT, column=column, groups=groups, draws=40)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    faces = made_up_faces(60)
    return evaluated(faces, {key: "even" if int(key[1:]) % 2 == 0 else "odd" for key in faces.keys})


def test_people_who_are_never_confused_have_no_errors_and_honest_intervals(found: Evaluation) -> None:
    assert found.pairs is not None
    assert isinstance(found.pairs.fmr, Estimate)
    assert isinstance(found.pairs.tar[0], Estimate)
    assert found.pairs.fmr.value == 0 < found.pairs.fmr.high < 3 * 3 / found.pairs.people**2 * 2
    assert found.pairs.tar[0].value == 1.0 > found.pairs.tar[0].low > 0.9
    assert (found.pairs.genuine, found.pairs.impostor) == (60 * 3, 60 * 59 // 2 * 9)


def test_a_rate_that_so_few_people_cannot_show_is_refused(found: Evaluation) -> None:
    assert found.pairs is not None
    assert found.pairs.tar[1:] == (NotMeasurable(60, 78), NotMeasurable(60, 246))
    assert [rate.fnir for rate in found.classes[-1].rates.curve[2:]] == [
        NotMeasurable(60, 300),
        NotMeasurable(60, 1000),
        NotMeasurable(60, 3000),
    ]


def test_every_photo_is_searched_once_and_everybody_is_a_stranger_once(found: Evaluation) -> None:
    drawn, whole = found.classes
    assert (drawn.name, drawn.rates.size, whole.name, whole.rates.size) == (
        "2 x 30 people",
        30,
        "all people",
        60,
    )
    assert (whole.rates.students, whole.rates.strangers) == (60, 60)
    assert isinstance(whole.rates.marked, Estimate)
    assert whole.rates.marked.value == 1.0


def test_groups_are_measured_apart(found: Evaluation) -> None:
    even, odd = found.groups
    assert (even.value, even.people, odd.value, odd.people) == ("even", 30, "odd", 30)
    assert all(isinstance(rate, Estimate) for rate in (even.fmr, even.fnmr, even.fpir, even.marked))


def test_people_alike_are_found_as_the_worst_confusion_and_in_the_rates() -> None:
    faces = made_up_faces(20, noise=0.03)
    rows = faces.embeddings.copy()
    rows[3:6] = rows[0:3]  # p001 has the face of p000
    twins = evaluated(replace(faces, embeddings=rows))
    assert twins.confusions[0].names == ("000 Name000", "001 Name001")
    assert twins.confusions[0].score == pytest.approx(1.0, abs=1e-5)
    assert not twins.confusions[0].same
    rates = twins.classes[0].rates
    assert isinstance(rates.named, Estimate)
    assert isinstance(rates.reviewed, Estimate)
    assert rates.named.value == pytest.approx(2 / 20)  # each, taken out, is marked as the other
    assert rates.reviewed.value == pytest.approx(2 / 20)  # and both look alike while they are in


def test_classes_of_a_site_are_searched_with_the_rest_as_strangers() -> None:
    faces = made_up_faces(24)
    classes = [NamedClass("Physics", faces.keys[:12]), NamedClass("All", faces.keys)]
    physics, everybody = search_site(faces, classes, made_up_policy()).rates()
    assert (physics.rates.size, physics.rates.students, physics.rates.strangers) == (12, 12, 24)
    assert (everybody.rates.size, everybody.rates.students) == (24, 24)


def test_one_photo_each_measures_strangers_and_says_what_it_could_not() -> None:
    single = evaluated(made_up_faces(15, photos=1))
    assert single.pairs is None
    assert isinstance(single.classes[-1].rates.marked, NotMeasurable)
    assert isinstance(single.classes[-1].rates.named, Estimate)
    assert any("Nobody has two photos" in note for note in single.notes)
    assert "not measurable with 0 people" in markdown_of(single)


def test_of_very_many_people_pairs_of_some_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "MOST_COMPARED", 31)
    faces = made_up_faces(20)
    rows = compared_rows(faces)
    people = [faces.people[row] for row in rows]
    assert len(rows) == 30
    assert len(set(people)) == 10  # whole people
    assert any("10 of 20 people" in note for note in evaluated(faces).notes)


class Outside(HTMLParser):
    """Notes whatever a page would load, and the tags that stay open."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        self.loads += [
            f"{tag}: {value[:40]}" for value in found if not value.startswith("data:image/jpeg;base64,")
        ]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_loads_nothing_and_escapes_names(found: Evaluation) -> None:
    evil = '<script>alert("1")</script> | `x`'
    worst = replace(found.confusions[0], names=(evil, evil), pictures=(b"\xff\xd8", b"\xff\xd8"))
    page = html_of(replace(found, confusions=(worst,)))
    reader = Outside()
    reader.feed(page)
    assert reader.loads == []
    assert "<script" not in page
    assert "url(" not in page
    assert page.count("data:image/jpeg;base64,") == 2
    assert page.count("<svg") == 3


def test_all_files_have_the_same_numbers(found: Evaluation, tmp_path: Path) -> None:
    paths = write_report(found, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["evaluation.html", "evaluation.md", "evaluation.json"]
    page, text, data = (path.read_text(encoding="utf-8") for path in paths)
    cells = [
        cell for section in sections_of(found) if section.table for row in section.table.rows for cell in row
    ]
    assert len(cells) > 60
    assert all(cell.replace("|", "\\|") in text for cell in cells)
    assert [section.title for section in sections_of(found)] == re.findall(r"^## (.*)$", text, re.MULTILINE)
    for title in ("In plain words", "Curves", "By group", "How it was measured"):
        assert f"<h2>{title}</h2>" in page
    read = json.loads(data)
    assert read["pairs"]["tar"][1] == {"people": 60, "needed": 78}
    assert read["groups"][0]["value"] == "even"
    assert "pictures" not in read["confusions"][0]


def test_a_plain_sentence_says_that_the_promise_is_broken() -> None:
    faces = made_up_faces(40)
    rows = faces.embeddings.copy()
    rows[60:] = rows[:60]  # everybody has a double
    text = markdown_of(evaluated(replace(faces, embeddings=rows)))
    assert "Promised is that 1 % of strangers pass" in text
    assert "More pass in: all people." in text


def test_curves_go_down(found: Evaluation) -> None:
    assert found.curve is not None
    assert list(found.curve.fmr) == sorted(found.curve.fmr)
    assert list(found.curve.fnmr) == sorted(found.curve.fnmr, reverse=True)
    assert np.isfinite(found.curve.fmr).all()
