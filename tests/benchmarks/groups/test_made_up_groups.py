"""The benchmarks of groups and sizes of class, on made-up people."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from benchmarks.apparatus.disjoint_halves import Half, table_of
from benchmarks.apparatus.embedding_cache import embedded_folder
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.apparatus.groups_of_people import LEFT_OUT, of_people, read_groups
from benchmarks.groups import __main__ as groups
from benchmarks.open_set import __main__ as open_set
from face_matching.evaluation.class_searches import EnrolledPeople
from face_matching.thresholds import RETAIL_1_MTCNN


@pytest.fixture(scope="module")
def half() -> Half:
    """260 ordinary people, and 70 of a group who resemble each other; three photos of each."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(330, 256))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    centres[260:, 0] += 1.0
    photos = np.repeat(centres, 3, axis=0) + rng.normal(scale=0.02, size=(990, 256))
    rows = (photos / np.linalg.norm(photos, axis=1, keepdims=True)).astype(np.float32)
    people = EnrolledPeople.of(rows, [f"p{person:03}" for person in range(330) for _ in range(3)])
    return Half(RETAIL_1_MTCNN, people, np.arange(260), {groups.GROUP: np.arange(260, 330)})


def test_each_kind_of_class_has_strangers_of_its_group_and_students(half: Half) -> None:
    rows = dict(groups.measured(half, 2))
    assert len(rows) == 1 + 2 * len(groups.PARTS)
    for outcomes in rows.values():
        assert outcomes.students.share("marked").value > 0.9
        assert outcomes.students.share("as another").value == 0
    alike = rows["30 of 30 of the group"]
    assert alike.strangers.trials[260:].sum() == 2 * 40
    assert alike.strangers.trials[:260].sum() == 0
    assert alike.students.trials.sum() == 2 * 30
    few, with_school = rows["3 of 30 of the group"], rows["3 of 30 of the group, school"]
    assert with_school.strangers.share("refused").value > few.strangers.share("refused").value


def test_classes_of_a_size_are_ordinary(half: Half) -> None:
    outcomes = open_set.measured(half, 30, 2)
    assert outcomes.strangers.trials[260:].sum() == 0
    assert outcomes.strangers.share("refused").value == 1
    assert outcomes.students.share("marked").value == 1


def test_the_table_has_every_outcome_with_its_interval(half: Half) -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table_of("title", [("class of 30", [open_set.measured(half, 30, 1)])]))
    text = console.export_text()
    assert "class of 30" in text
    assert text.count("0.0 (0.0-") >= 3
    assert "100.0 (" in text


@pytest.mark.parametrize("command", [groups.main, open_set.main])
def test_without_the_list_of_groups_the_command_ends_with_a_sentence(command: object, tmp_path: Path) -> None:
    assert callable(command)
    result = CliRunner().invoke(command, [str(tmp_path)])  # type: ignore[arg-type]
    assert result.exit_code == 1
    assert "lfwhalf_groups.csv is no CSV file" in result.output


def test_people_with_wrong_labels_are_left_out(tmp_path: Path) -> None:
    wrong = min(LEFT_OUT)
    file = tmp_path / "groups.csv"
    file.write_text(f"person,group\nA,other\n{wrong},other\nB,more\n", "utf-8")
    found = read_groups(file)
    embedded = Embedded(np.eye(4, 8, dtype=np.float32), ("A", wrong, "B", "C"), ())
    assert of_people(embedded, {name for name, group in found.items() if group == "other"}).identities == (
        "A",
    )


def test_what_was_embedded_once_is_read_from_the_file(tmp_path: Path) -> None:
    rows = np.eye(2, 256, dtype=np.float32)
    np.savez(
        tmp_path / "faces-retail-1-mtcnn-f32.npz", embeddings=rows, identities=["A", "B"], missed=["C/1.jpg"]
    )
    found = embedded_folder(Console(), Path("/nowhere/faces"), ("retail",), "mtcnn", cache=tmp_path)
    assert list(found) == ["retail-1"]
    assert found["retail-1"].identities == ("A", "B")
    assert found["retail-1"].missed[0].identity == "C"
    assert (found["retail-1"].embeddings == rows).all()
