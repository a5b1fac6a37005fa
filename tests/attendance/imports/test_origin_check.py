"""Embeddings of another network, of nobody, or of the wrong people are refused with the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from attendance.errors import ImportFileError
from attendance.imports.embeddings_file import GivenStudent
from attendance.imports.origin_check import Origin, check_origin, check_people, misfit
from face_matching.signatures.engine_signatures import SIGNATURES
from tests.attendance.imports.made_up import faces_of, random_vectors


def student(key: str, rows: NDArray[Any]) -> GivenStudent:
    lengths = np.linalg.norm(rows, axis=1)
    unit = (rows / lengths[:, np.newaxis]).astype(np.float32)
    return GivenStudent(key, unit, tuple(range(1, len(rows) + 1)), lengths, ())


def school(people: int = 8, *, photos: int = 3, engine: str = "facenet-1") -> list[GivenStudent]:
    return [student(str(n), faces_of(n, photos, engine=engine)) for n in range(people)]


def check(students: Sequence[GivenStudent], engine: str = "facenet-1") -> Origin:
    return check_origin(students, SIGNATURES[engine])


def refusal(students: Sequence[GivenStudent], engine: str = "facenet-1") -> str:
    with pytest.raises(ImportFileError) as refused:
        check(students, engine)
    return str(refused.value)


@pytest.mark.parametrize("engine", SIGNATURES)
def test_an_engines_own_are_taken_without_a_warning(engine: str) -> None:
    origin = check(school(engine=engine), engine)
    assert all(fits.tolist() == [True] * 3 for fits in origin.fits)
    (numbers,) = origin.notes
    assert numbers.startswith("Mean cosine: 0.")
    assert "Warning" not in numbers


@pytest.mark.parametrize("engine", SIGNATURES)
def test_random_vectors_are_refused(engine: str) -> None:
    size = SIGNATURES[engine].dimension
    said = refusal([student("17", random_vectors(20, size))], engine)
    assert said.startswith(f"20 of 20 embeddings were not computed by {engine}: their signature is ")
    assert "enrol the students from their photos" in said


def test_vectors_of_another_network_of_the_same_length_are_refused() -> None:
    turned = np.linalg.qr(np.random.default_rng(3).standard_normal((512, 512)))[0]
    students = [student(str(n), faces_of(n) @ turned) for n in range(8)]
    assert "16 of 16 embeddings were not computed by facenet-1" in refusal(students)


def test_faces_with_their_signs_turned_are_refused_and_told_so() -> None:
    said = refusal([student(str(n), -faces_of(n)) for n in range(8)])
    assert said.startswith(
        "16 of 16 embeddings have the signature of facenet-1, but were changed afterwards: their signs"
    )


def test_one_alone_with_its_signs_turned_is_refused() -> None:
    assert refusal([student("17", -faces_of(1, 1))]).startswith("1 of 1 embeddings have the signature")


def test_why_a_single_one_is_not_the_engines_is_said() -> None:
    facenet = SIGNATURES["facenet-1"]
    assert "its signs are reversed" in misfit(-faces_of(1, 1)[0].astype(np.float32), facenet)
    assert "(its signature is 0.1" in misfit(random_vectors(1, 512)[0].astype(np.float32), facenet)


def test_a_few_foreign_ones_are_marked_and_the_others_taken() -> None:
    mixed = np.concatenate([faces_of(9), random_vectors(1, 512)])
    origin = check([*school(), student("9", mixed)])
    assert origin.fits[-1].tolist() == [True, True, False]


def test_people_who_all_look_alike_are_refused_with_the_number() -> None:
    one = faces_of(1, 16)
    students = [student(str(n), one[n : n + 1]) for n in range(16)]
    said = refusal(students)
    assert said.startswith("The embeddings of different ids have a mean cosine of 0.8")
    assert "less than 0.44 for 99 of 100 pairs" in said


def test_ids_whose_embeddings_were_mixed_up_are_refused_with_the_number() -> None:
    faces = np.concatenate([faces_of(n) for n in range(10)])
    shuffled = np.roll(faces, 1, axis=0)
    students = [student(str(n), shuffled[2 * n : 2 * n + 2]) for n in range(10)]
    assert "The embeddings of one id have a mean cosine of " in refusal(students)


@pytest.mark.parametrize(("factor", "told"), [(7.0, "lengths from 7 to 7"), (0.9, "lengths from 0.9 to 0.9")])
def test_scaled_ones_are_taken_with_a_warning(factor: float, told: str) -> None:
    students = [student(str(n), faces_of(n) * factor) for n in range(8)]
    warning = check(students).notes[0]
    assert warning.startswith("Warning: 16 of 16 embeddings have lengths")
    assert told in warning
    assert "facenet-1 gives 0.99 to 1.01" in warning


def test_dlibs_may_be_as_the_network_gives_them_or_of_length_1() -> None:
    of_length_1 = [student(str(n), faces_of(n, engine="dlib-1") / 1.4) for n in range(8)]
    assert not any("lengths" in note for note in check(of_length_1, "dlib-1").notes)


def test_one_student_alone_says_nothing_of_people() -> None:
    assert check([student("17", faces_of(1))]).notes == ()


def test_a_file_without_a_usable_embedding_fits_nothing() -> None:
    empty = GivenStudent("17", np.empty((0, 512), np.float32), (), np.empty(0), ())
    assert [fits.tolist() for fits in check([empty]).fits] == [[]]


def rows(people: Mapping[str, int], first: int) -> dict[str, NDArray[np.float32]]:
    return {key: faces_of(person, first=first).astype(np.float32) for key, person in people.items()}


def test_people_who_are_enrolled_already_are_compared() -> None:
    said = check_people(rows({"17": 1, "18": 2}, 0), rows({"17": 1}, 5), 0.47)
    assert said is not None
    assert said.startswith(
        "1 of the students are enrolled already; the median cosine to their templates is 0.7"
    )
    assert check_people(rows({"17": 1}, 0), {}, 0.47) is None


def test_ids_that_mean_other_people_in_the_other_system_are_refused() -> None:
    same_ids = {"17": 1, "18": 2, "19": 3}
    shifted = {"17": 4, "18": 1, "19": 2}
    with pytest.raises(ImportFileError, match="are not of the people enrolled under these ids: 3"):
        check_people(rows(shifted, 0), rows(same_ids, 5), 0.47)


def test_two_wrong_ones_are_left_to_the_check_of_each_student() -> None:
    assert check_people(rows({"17": 4, "18": 5}, 0), rows({"17": 1, "18": 2}, 5), 0.47) is not None
