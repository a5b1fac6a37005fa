"""`embeddings.json` is read a student at a time, and whatever is wrong in it is said with the place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attendance.errors import ImportFileError
from attendance.imports import embeddings_file, json_pieces
from attendance.imports.embeddings_file import LARGEST_FILE, MOST_EMBEDDINGS, GivenStudent, read_embeddings

SIZE = 4


def read(tmp_path: Path, content: Any, encoding: str = "utf-8") -> list[GivenStudent]:
    """What is read of a value, written as JSON, or of a text, written as it is."""
    path = tmp_path / "embeddings.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(text.encode(encoding))
    return list(read_embeddings(path, SIZE))


def reasons(students: list[GivenStudent]) -> list[tuple[str, str]]:
    return [(aside.source, aside.reason) for student in students for aside in student.refused]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_student_has_rows_of_length_1_and_the_lengths_they_had(tmp_path: Path, encoding: str) -> None:
    first, second = read(tmp_path, {"17": [[3, 0, 0, 4], [0, 1, 0, 0]], "Zoë": [[0, 0, 0.5, 0]]}, encoding)
    assert (first.key, second.key) == ("17", "Zoë")
    assert first.rows.dtype == np.float32
    assert np.allclose(first.rows, np.array([[0.6, 0, 0, 0.8], [0, 1, 0, 0]]))
    assert first.lengths.tolist() == [5, 1]
    assert second.lengths.tolist() == [0.5]
    assert reasons([first, second]) == []


def test_one_embedding_without_a_list_around_it_is_taken(tmp_path: Path) -> None:
    (student,) = read(tmp_path, {"17": [1, 0, 0, 0]})
    assert student.rows.tolist() == [[1, 0, 0, 0]]


@pytest.mark.parametrize(
    ("embedding", "said"),
    [
        ([1, 0, 0], "It has 3 numbers instead of 4."),
        ([], "It has 0 numbers instead of 4."),
        ([1, 0, 0, 0, 0], "It has 5 numbers instead of 4."),
        ([1, 0, None, 0], "Its number 3 is null."),
        ([1, "0", 0, 0], "Its number 2 is a text."),
        ([True, 0, 0, 0], "Its number 1 is true or false."),
        ([[1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]], "Its number 1 is a list."),
        ([float("nan"), 0, 0, 0], "Its number 1 is nan; only finite numbers can be compared."),
        ([0, float("-inf"), 0, 0], "Its number 2 is -inf; only finite numbers can be compared."),
        ([0, 0, 10**400, 0], "Its number 3 is no finite number; only finite numbers can be compared."),
        ([0, 0, 0, 0], "Its length is 0, so it has no direction."),
        ([1e300, 1e300, 1e300, 1e300], "Its length is inf, so it has no direction."),
        ("1 0 0 0", "It is a text instead of a list of 4 numbers."),
        ({"x": 1}, "It is an object instead of a list of 4 numbers."),
    ],
)
def test_an_embedding_that_cannot_be_used_is_refused_by_itself(
    tmp_path: Path, embedding: Any, said: str
) -> None:
    (student,) = read(tmp_path, {"17": [[1, 0, 0, 0], embedding, [0, 1, 0, 0]]})
    assert reasons([student]) == [("id '17', embedding 2", said)]
    assert student.numbers == (1, 3)
    assert len(student.rows) == 2


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x", "It has a text instead of lists of 4 numbers."),
        (None, "It has null instead of lists of 4 numbers."),
        ({"a": [[1, 0, 0, 0]]}, "It has an object instead of lists of 4 numbers."),
        ([], "It has no embedding."),
    ],
)
def test_a_student_without_lists_is_refused_and_the_next_one_is_read(
    tmp_path: Path, value: Any, said: str
) -> None:
    wrong, right = read(tmp_path, {"17": value, "18": [[1, 0, 0, 0]]})
    assert reasons([wrong]) == [("id '17'", said)]
    assert wrong.rows.shape == (0, SIZE)
    assert len(right.rows) == 1


def test_an_id_that_comes_twice_counts_once(tmp_path: Path) -> None:
    students = read(tmp_path, '{"17": [[1, 0, 0, 0]], "17": [[0, 1, 0, 0]]}')
    assert students[0].rows.tolist() == [[1, 0, 0, 0]]
    assert reasons(students) == [("id '17'", "The file has this id twice. The first one is used.")]
    assert len(students[1].rows) == 0


def test_more_embeddings_than_anybody_needs_are_refused(tmp_path: Path) -> None:
    (student,) = read(tmp_path, {"17": [[1, 0, 0, 0]] * (MOST_EMBEDDINGS + 9)})
    assert len(student.rows) == MOST_EMBEDDINGS
    (refused,) = student.refused
    assert refused.source == f"id '17', embeddings {MOST_EMBEDDINGS + 1} to {MOST_EMBEDDINGS + 9}"


def test_more_ids_than_any_school_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings_file, "MOST_STUDENTS", 2)
    assert len(read(tmp_path, {"1": [], "2": []})) == 2
    with pytest.raises(ImportFileError, match="more than 2 ids"):
        read(tmp_path, {"1": [], "2": [], "3": []})


WHOLE = '{"17": [[1.5, 0, 0, 0]], "18": [[0, 1, 0, 0]]}'


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_file_that_was_cut_off_anywhere_is_refused(tmp_path: Path, length: int) -> None:
    with pytest.raises(ImportFileError, match=r"embeddings.json (ends|does not begin|is not valid JSON)"):
        read(tmp_path, WHOLE[:length])


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_where_pieces_end_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(json_pieces, "PIECE", piece)
    students = read(tmp_path, {"17": [[12345.5, 0, 0, 0]], "Zoë": [[0, -1e-3, 0, 0]]})
    assert [student.key for student in students] == ["17", "Zoë"]
    assert [student.lengths.tolist() for student in students] == [[12345.5], [0.001]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does not begin with {"),
        ("[[1, 0, 0, 0]]", "does not begin with {"),
        ("{}", "contains no students"),
        ("{17: [[1, 0, 0, 0]]}", "has a number where an id in quotes should be"),
        ('{"17" [[1, 0, 0, 0]]}', "has '[' after the id '17', where ':' should be"),
        ('{"17": [[1, 0, 0, 0]] "18": 1}', "where ',' should be"),
        ('{"17": [[1 0, 0, 0]]}', "is not valid JSON in the embeddings of '17'"),
        ('{"17": [[1, 0, 0, 0]]} x', "continues with 'x' after its end"),
        ("{'17': [[1, 0, 0, 0]]}", "is not valid JSON in an id"),
        ('{"17": ' + "[" * 200_000, "nested too deeply"),
        ('{"17": [[' + "1" * 5000 + ", 0, 0, 0]]}", "is not valid JSON in the embeddings of '17'"),
    ],
)
def test_what_is_no_such_json_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ImportFileError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)


def test_a_mistake_is_found_without_reading_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_pieces, "LARGEST_VALUE", 5000)
    monkeypatch.setattr(json_pieces, "PIECE", 1000)
    with pytest.raises(ImportFileError, match=r"is not valid JSON in the embeddings of '17'.*at 'x, 0, 0"):
        read(tmp_path, '{"17": [[1, x, 0, 0], ' + "[1, 0, 0, 0], " * 10_000)
    with pytest.raises(ImportFileError, match="more than 5000 characters for the embeddings of '17'"):
        read(tmp_path, '{"17": [[1, 0, 0, 0], ' + "[1, 0, 0, 0], " * 10_000)


def test_a_file_in_another_encoding_or_of_bytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="is not in UTF-8"):
        read(tmp_path, '{"Zo\xeb": [[1, 0, 0, 0]]}', "latin-1")
    with pytest.raises(ImportFileError, match="does not begin with"):
        read(tmp_path, "\x00" * 100)


def test_a_file_that_is_far_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "embeddings.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(ImportFileError, match=f"has {LARGEST_FILE + 1} bytes"):
        list(read_embeddings(path, SIZE))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="can't be read: No such file"):
        list(read_embeddings(tmp_path / "embeddings.json", SIZE))
    with pytest.raises(ImportFileError, match="can't be read: Is a directory"):
        list(read_embeddings(tmp_path, SIZE))


def test_an_id_that_goes_on_for_ever_is_shortened_in_messages(tmp_path: Path) -> None:
    (student,) = read(tmp_path, {"x\n" * 5000: "no"})
    assert len(student.refused[0].source) < 500
    assert "\n" not in student.refused[0].source
