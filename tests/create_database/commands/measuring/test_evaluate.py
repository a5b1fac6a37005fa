"""The command evaluate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.create_database.admin import STRANGER, Admin


@pytest.fixture
def folder(admin: Admin) -> Path:
    """Twelve people with three photos each, and one without a usable face."""
    for person in range(12):
        admin.puts(f"person_{person:02d}", *(photo_of(person, side=side, blend=1) for side in (64, 80, 96)))
    admin.puts("person_99", photo_of(STRANGER, problem=PhotoProblem.NO_FACE))
    return admin.photos


def report(admin: Admin, name: str = "out") -> dict[str, object]:
    found: dict[str, object] = json.loads((admin.folder / name / "evaluation.json").read_text("utf-8"))
    return found


def test_a_folder_is_measured_and_nothing_of_it_is_stored(admin: Admin, folder: Path) -> None:
    out = admin.folder / "out"
    result = admin.types("evaluate", str(folder), "--output", str(out))
    assert result.exit_code == 0, result.output
    assert "In plain words" in result.output
    assert "failure to enrol (people)\t1 of 13: 7.7 % (1.4 % to 33.3 %)" in result.output
    assert "failure to acquire (photos)\t1 of 37: 2.7 % (0.48 % to 13.8 %); no_face: 1" in result.output
    assert "EER\t0 %\t(0 % to" in result.output
    assert {path.name for path in out.iterdir()} == {f"evaluation.{kind}" for kind in ("html", "md", "json")}
    assert "data:image/jpeg;base64," in (out / "evaluation.html").read_text("utf-8")
    with admin.register() as register:
        assert register.students.all() == []


def test_groups_come_from_a_list(admin: Admin, folder: Path) -> None:
    listed = admin.folder / "groups.csv"
    lines = ["name,group", *(f"person_{n:02d},{'left' if n < 6 else 'right'}" for n in range(11))]
    listed.write_text("\n".join(lines), encoding="utf-8")
    result = admin.types(
        "evaluate", str(folder), "--by", "Group", "--list", str(listed), "--output", str(admin.folder / "out")
    )
    assert result.exit_code == 0, result.output
    assert "left\t6\tnot measurable with 6 people; 10 needed" in result.output
    assert "(none)\t1\t" in result.output
    other = admin.types("evaluate", str(folder), "--by", "age", "--list", str(listed))
    assert "groups.csv has no column 'age'. It has name, group." in other.output
    listed.write_text("name,group\nNobody,left\n", encoding="utf-8")
    nobody = admin.types("evaluate", str(folder), "--by", "group", "--list", str(listed))
    assert "groups.csv has none of the 13 people" in nobody.output


def test_a_list_of_pairs_gives_an_accuracy(admin: Admin, folder: Path) -> None:
    pairs = admin.folder / "pairs.csv"
    lines = ["path1,path2,same"]
    lines += [f"person_{n:02d}/a.png,person_{n:02d}/b.png,1" for n in range(10)]
    lines += [f"person_{n:02d}/a.png,person_{n + 2:02d}/b.png,0" for n in range(10)]
    pairs.write_text("\n".join(lines), encoding="utf-8")
    result = admin.types(
        "evaluate", str(folder), "--pairs", str(pairs), "--output", str(admin.folder / "out")
    )
    assert result.exit_code == 0, result.output
    assert "accuracy, 10 folds\t100 %\t(100 % to 100 %)" in result.output


def test_the_enrolled_are_measured_by_a_column_of_the_register(admin: Admin) -> None:
    admin.photos.mkdir()
    rows = ["roll_no,name,department"]
    for person in range(12):
        admin.puts(f"{person + 1}_Ada {person}", *(photo_of(person, side=side) for side in (64, 80)))
        rows.append(f"{person + 1},Ada {person},{'Physics' if person else 'Art'}")
    (admin.photos / "roster.csv").write_text("\n".join(rows), encoding="utf-8")
    assert admin.enrols().exit_code == 0
    admin.checks_in(photo_of(3))
    admin.checks_in(photo_of(4, blend=13), grant="other")
    result = admin.types(
        "evaluate", "--enrolled", "--by", "department", "--output", str(admin.folder / "out")
    )
    assert result.exit_code == 0, result.output
    assert "people with a face\t12" in result.output
    assert "failure to acquire (photos)\tnot known: refused photos are not kept" in result.output
    assert "marked by face without review\t1" in result.output
    assert "reviews nobody has decided\t1" in result.output
    found = report(admin)
    assert [(group["value"], group["people"]) for group in found["groups"]] == [("Art", 1), ("Physics", 11)]  # type: ignore[attr-defined]
    wrong = admin.types("evaluate", "--enrolled", "--by", "height")
    assert "Students have no column 'height'. They have roll_number, name" in wrong.output


def test_what_does_not_go_together_is_refused(admin: Admin, folder: Path) -> None:
    assert admin.types("evaluate").exit_code == 2
    assert admin.types("evaluate", str(folder), "--enrolled").exit_code == 2
    assert admin.types("evaluate", "--enrolled", "--size", "30").exit_code == 2
    assert "is not a folder" in admin.types("evaluate", str(folder / "nowhere")).output
    assert "0 students have a face" in admin.types("evaluate", "--enrolled").output
    assert "--list FILE" in admin.types("evaluate", str(folder), "--by", "group").output


def test_where_the_promise_is_broken_the_next_command_is_named(admin: Admin) -> None:
    for person in range(12):
        photos = (photo_of(person // 2, side=side) for side in (64 + person, 96 + person))
        admin.puts(f"{person + 1}_Ada {person}", *photos)
    assert admin.enrols("--allow-look-alike").exit_code == 0
    result = admin.types("evaluate", "--enrolled", "--output", str(admin.folder / "out"))
    assert "More pass in: Everybody." in result.output
    assert "run: " in result.output
    assert "calibrate --fpir 0.01 --preview" in result.output


def test_a_course_without_two_faces_leaves_everybody_to_search(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        register.courses.add("Physics")
    result = admin_of_two.types("evaluate", "--enrolled", "--output", str(admin_of_two.folder / "out"))
    assert result.exit_code == 0, result.output
