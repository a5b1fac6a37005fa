"""A folder of students is read by its names; nothing in it is lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.enrolment.folders.enrolment_folder import read_folder
from attendance.enrolment.folders.folder_names import split_name
from attendance.errors import EnrolmentFolderError


@pytest.mark.parametrize(
    ("folder", "roll_number", "name"),
    [
        ("17_Eileen Collins", "17", "Eileen Collins"),
        ("17_Eileen_Collins", "17", "Eileen Collins"),
        ("CS-2026-017_Grace Hopper", "CS-2026-017", "Grace Hopper"),
        ("CS_2026_017_Grace_Hopper", "CS_2026_017", "Grace Hopper"),
        ("17", "17", None),
        ("17_", "17", None),
        ("B17", "B17", None),
        ("Eileen Collins", None, "Eileen Collins"),
        ("Eileen_Collins", None, "Eileen Collins"),
        ("Zoe\u0308", None, "Zoë"),
        ("17_Zoe\u0308", "17", "Zoë"),
    ],
)
def test_a_folders_name_is_roll_number_and_name(
    folder: str, roll_number: str | None, name: str | None
) -> None:
    assert split_name(folder) == (roll_number, name)


def make(root: Path, *files: str) -> Path:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def test_photos_come_with_their_student_in_the_order_of_their_names(tmp_path: Path) -> None:
    make(tmp_path, "17_Eileen Collins/b.jpg", "17_Eileen Collins/a.png", "18/x.heic")
    eileen, other = read_folder(tmp_path).entries
    assert (eileen.roll_number, eileen.name) == ("17", "Eileen Collins")
    assert [path.name for path in eileen.photos] == ["a.png", "b.jpg"]
    assert (other.roll_number, other.name) == ("18", None)


def test_what_systems_leave_in_folders_is_no_photo(tmp_path: Path) -> None:
    make(tmp_path, "17/a.jpg", "17/.DS_Store", "17/Thumbs.db", ".git/x", "desktop.ini")
    plan = read_folder(tmp_path)
    assert [path.name for entry in plan.entries for path in entry.photos] == ["a.jpg"]
    assert plan.refused == ()
    assert plan.notes == ()


def test_companions_of_photos_and_other_files_are_passed_over_and_counted(tmp_path: Path) -> None:
    make(
        tmp_path,
        "17/IMG_1.HEIC",
        "17/IMG_1.MOV",
        "17/img_1.mov",
        "17/IMG_1.AAE",
        "17/notes.txt",
        "17/._IMG_1.HEIC",
        "17/THUMBS.DB",
        "17/__MACOSX/._IMG_1.HEIC",
        "__MACOSX/17/._IMG_1.HEIC",
        ".DS_Store",
    )
    plan = read_folder(tmp_path)
    (entry,) = plan.entries
    assert [path.name for path in entry.photos] == ["IMG_1.HEIC"]
    assert (plan.refused, plan.notes, plan.passed_over) == ((), (), 9)


def test_a_photo_is_known_by_its_content_too(tmp_path: Path, hopper_jpeg: bytes) -> None:
    make(tmp_path, "17/a.gif", "17/b.JFIF")
    (tmp_path / "17" / "from the phone").write_bytes(hopper_jpeg)
    (tmp_path / "17" / "scan.old").write_bytes(hopper_jpeg)
    (entry,) = read_folder(tmp_path).entries
    assert [path.name for path in entry.photos] == ["a.gif", "b.JFIF", "from the phone", "scan.old"]


@pytest.mark.parametrize(
    ("file", "words"),
    [("a.MOV", "a video and no photo"), ("a.pdf", "no photo. Photos are JPEG"), (".DS_Store", "no photo.")],
)
def test_a_folder_without_a_photo_says_what_it_lacks(tmp_path: Path, file: str, words: str) -> None:
    make(tmp_path, f"17/{file}")
    (entry,) = read_folder(tmp_path).entries
    assert entry.photos == ()
    assert words in entry.why_no_photo


def test_a_roster_tells_what_the_folders_name_does_not(tmp_path: Path) -> None:
    make(tmp_path, "S_1/a.jpg", "Grace_Hopper/b.jpg", "S_1_b/c.jpg")
    (tmp_path / "roster.csv").write_text(
        "roll_no,name,department\nS_1,Eileen Collins,Physics\n18,Grace Hopper,\n19,Student Three,\nS_1_b,,\n"
    )
    entries = {entry.roll_number: entry for entry in read_folder(tmp_path).entries}
    assert entries["S_1"].person.department == "Physics"
    assert [path.name for path in entries["S_1"].photos] == ["a.jpg"]
    assert [path.name for path in entries["S_1_b"].photos] == ["c.jpg"]
    assert [path.name for path in entries["18"].photos] == ["b.jpg"]
    assert entries["19"].photos == ()
    assert not entries["19"].has_folder


def test_a_roster_alone_is_enough(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("roll_no,name\n17,Student One\n")
    assert [entry.roll_number for entry in read_folder(tmp_path).entries] == ["17"]


def test_photos_that_nobody_would_find_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "17/a.jpg", "17/older/b.jpg", "18_loose.JPG")
    assert {aside.source for aside in read_folder(tmp_path).refused} == {"17/older", "18_loose.JPG"}


def test_other_files_and_columns_are_noted(tmp_path: Path) -> None:
    make(tmp_path, "17/a.jpg", "roster.xlsx")
    (tmp_path / "roster.csv").write_text("roll_no,shoe size\n17,x\n")
    notes = " ".join(read_folder(tmp_path).notes)
    assert "roster.xlsx was not read" in notes
    assert "roster.csv: Not read: “shoe size”." in notes


@pytest.mark.parametrize(
    ("folder", "said"),
    [("missing", "does not exist"), ("file.txt", "is a file"), ("empty", "contains no students")],
)
def test_a_folder_that_is_none_is_refused(tmp_path: Path, folder: str, said: str) -> None:
    (tmp_path / "file.txt").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EnrolmentFolderError, match=said):
        read_folder(tmp_path / folder)


def test_by_name_the_whole_name_of_a_folder_is_a_name(tmp_path: Path) -> None:
    make(tmp_path, "Student 2/a.jpg", "17_Grace/a.jpg", "Eileen_Collins/a.jpg")
    entries = read_folder(tmp_path, by_name=True).entries
    assert [(entry.roll_number, entry.name) for entry in entries] == [
        (None, "17 Grace"),
        (None, "Eileen Collins"),
        (None, "Student 2"),
    ]


def test_by_name_the_roster_tells_the_roll_number(tmp_path: Path) -> None:
    make(tmp_path, "eileen_collins/a.jpg", "18/a.jpg")
    (tmp_path / "roster.csv").write_text("roll_no,name\n17,Eileen Collins\n18,Grace Hopper\n", "utf-8")
    plan = read_folder(tmp_path, by_name=True)
    taken = {entry.source: (entry.roll_number, len(entry.photos)) for entry in plan.entries}
    assert taken["eileen_collins"] == ("17", 1)
    assert taken["18"] == (None, 1)
    assert taken["roster.csv, line 3"] == ("18", 0)


@pytest.mark.parametrize("by_name", [False, True])
def test_a_name_that_two_lines_of_the_roster_have_is_refused(tmp_path: Path, *, by_name: bool) -> None:
    make(tmp_path, "Student One/a.jpg")
    (tmp_path / "roster.csv").write_text("roll_no,name\n17,Student One\n18,Student One\n", "utf-8")
    plan = read_folder(tmp_path, by_name=by_name)
    assert [aside.source for aside in plan.refused] == ["Student One"]
    assert "17 and 18 of the roster have this name" in plan.refused[0].reason
    assert [entry.roll_number for entry in plan.entries] == ["17", "18"]
    assert not any(entry.photos for entry in plan.entries)
