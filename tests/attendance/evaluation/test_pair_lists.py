"""Lists of pairs, in the forms that exist."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attendance.errors import EvaluationDataError
from attendance.evaluation.pair_lists import ListedPair, accuracy_of, photos_of, read_pairs
from tests.attendance.evaluation.made_up_people import made_up_faces


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_lfws_list_has_folds_of_pairs_of_both_kinds(tmp_path: Path) -> None:
    text = "2\t1\nAda\t1\t2\nAda\t1\tMary\t3\nMary\t1\t12\nMary\t2\tAda\t1\n"
    assert read_pairs(put(tmp_path, "pairs.txt", text)) == [
        ListedPair("Ada/Ada_0001", "Ada/Ada_0002", same=True, fold=0),
        ListedPair("Ada/Ada_0001", "Mary/Mary_0003", same=False, fold=0),
        ListedPair("Mary/Mary_0001", "Mary/Mary_0012", same=True, fold=1),
        ListedPair("Mary/Mary_0002", "Ada/Ada_0001", same=False, fold=1),
    ]


def test_the_same_as_csv_is_dealt_into_blocks(tmp_path: Path) -> None:
    lines = ["name,imagenum1,imagenum2,"]
    lines += [f"Ada,{n},{n + 1}," for n in range(1, 21)]
    lines += [f"Ada,{n},Mary,{n}" for n in range(1, 11)]
    pairs = read_pairs(put(tmp_path, "pairs.csv", "\n".join(lines)))
    assert [pair.fold for pair in pairs] == [n // 2 for n in range(20)] + list(range(10))
    assert pairs[0] == ListedPair("Ada/Ada_0001", "Ada/Ada_0002", same=True, fold=0)


def test_a_csv_file_may_name_two_photos_in_each_line(tmp_path: Path) -> None:
    text = "fold,path1,path2,same\n1,x/Ada/1.jpg,x/Ada/2.png,1\n2,Ada/1.jpg,Mary/1.jpg,0\n"
    pairs = read_pairs(put(tmp_path, "list.csv", text))
    assert pairs == [
        ListedPair("Ada/1", "Ada/2", same=True, fold=1),
        ListedPair("Ada/1", "Mary/1", same=False, fold=2),
    ]
    assert photos_of(pairs) == {"Ada/1", "Ada/2", "Mary/1"}


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("pairs.txt", "Ada one two\n", "line 1: 'Ada one two' is no pair"),
        ("pairs.csv", "path1,path2,same\na/1,b/1,perhaps\n", "line 2: needs two photos"),
        ("pairs.txt", "10 300\n", "has no pairs"),
    ],
)
def test_what_is_no_list_of_pairs_is_refused(tmp_path: Path, name: str, text: str, why: str) -> None:
    with pytest.raises(EvaluationDataError, match=why):
        read_pairs(put(tmp_path, name, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match="can't be read"):
        read_pairs(tmp_path / "pairs.txt")


def test_pairs_without_a_face_count_as_different() -> None:
    axes = np.eye(8, dtype=np.float32)
    rows = np.stack([row for k in range(4) for row in (axes[k], 0.8 * axes[k] + 0.6 * axes[4 + k], axes[k])])
    faces = replace(made_up_faces(4), embeddings=rows)
    pairs = [
        ListedPair("p000/0", "p000/1", same=True, fold=0),
        ListedPair("p000/0", "p001/1", same=False, fold=0),
        ListedPair("p002/0", "p002/1", same=True, fold=1),
        ListedPair("p002/0", "p003/1", same=False, fold=1),
        ListedPair("p002/0", "lost/1", same=False, fold=1),
        ListedPair("p002/0", "p002/9", same=True, fold=1),
    ]
    found, missing = accuracy_of(pairs, faces)
    assert missing == 2
    assert found.folds == (1.0, 0.75)
    with pytest.raises(EvaluationDataError, match="None of the 1 pairs"):
        accuracy_of([ListedPair("a/1", "b/1", same=False, fold=0)], faces)
