"""A tree of photos becomes a tree of face crops, each made once, and nothing outside is read or written."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from attendance.aligning.align_folder import AlignRun, align_folder
from attendance.aligning.aligned_folder import COLUMNS, LIST, AlignedFolder
from attendance.aligning.raw_tree import LEADS_OUT, read_tree
from attendance.errors import AligningFolderError
from face_detection.aligning.classic_crop import NO_FACE, Aligner, CropOptions
from face_detection.values import Face, Photo
from tests.attendance.fake_pipeline import FakeRoom, photo_of, room_of

WALL = room_of()
ONE = CropOptions(image_size=48, margin=8)


class Patches:
    """A ``Detector``: every patch of one colour on a white wall is an upright face."""

    name = "patches"

    def __init__(self) -> None:
        self.photos = 0

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        self.photos += 1
        return FakeRoom().find(photo)

    def detect_subject(self, photo: Photo, confidence: float, second_face: float) -> tuple[Face, ...]:  # noqa: ARG002 - all faces
        return self.detect(photo)

    def detect_all(self, photo: Photo, smallest_face: float) -> tuple[Face, ...]:
        return FakeRoom().find(photo, smallest_face=smallest_face)

    def detect_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        return FakeRoom().find_near(photo, boxes)

    def detect_around(self, photo: Photo, box: NDArray[np.float32]) -> tuple[Face, ...]:
        return FakeRoom().find_near(photo, box[np.newaxis])

    def detect_again(self, photo: Photo) -> tuple[Face, ...]:
        return FakeRoom().find(photo)

    def steadied(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        return FakeRoom().find_near(photo, boxes)

    def turned_scores(
        self,
        photo: Photo,  # noqa: ARG002 - all faces are upright
        boxes: NDArray[np.float32],
        *,
        steady: bool = False,  # noqa: ARG002 - the same
    ) -> NDArray[np.float32]:
        return np.tile(np.array([1, 0, 0, 0], np.float32), (len(boxes), 1))


class Site:
    """A folder of photos and one of faces."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.out = folder / "raw", folder / "out"
        self.raw.mkdir()
        self.detector = Patches()

    def puts(self, name: str, data: bytes) -> Path:
        path = self.raw / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def aligns(self, options: CropOptions = ONE, is_stopped: Callable[[], bool] = lambda: False) -> AlignRun:
        return align_folder(
            read_tree(self.raw),
            AlignedFolder(self.out, self.raw),
            lambda: Aligner(self.detector),
            options,
            detector=self.detector.name,
            is_stopped=is_stopped,
        )

    def outputs(self) -> list[str]:
        return sorted(str(path.relative_to(self.out)) for path in self.out.glob("*/*"))

    def rows(self) -> list[dict[str, str]]:
        with (self.out / LIST).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.puts("Ada/a.png", room_of(photo_of(1)))
    site.puts("Ada/b.png", room_of(photo_of(1, side=80)))
    site.puts("Grace/a.png", room_of(photo_of(2), photo_of(3, side=96), photo_of(4)))
    return site


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def red_of(path: Path) -> int:
    """The person in the middle of a face."""
    with Image.open(path) as image:
        pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return int(pixel[0]) // 16


def test_each_photo_gives_a_square_png_of_its_main_face_in_the_persons_folder(site: Site) -> None:
    run = site.aligns()
    assert (run.aligned, run.faces, run.unchanged, run.failed) == (3, 3, 0, [])
    assert site.outputs() == ["Ada/a.png", "Ada/b.png", "Grace/a.png"]
    for name in site.outputs():
        assert size_of(site.out / name) == (48, 48)
    assert red_of(site.out / "Grace/a.png") == 3, "the largest face"


def test_the_list_has_a_line_for_each_face_with_the_stated_columns(site: Site) -> None:
    site.aligns()
    rows = site.rows()
    assert tuple(rows[0]) == COLUMNS
    first = rows[0]
    assert (first["output"], first["photo"]) == ("Ada/a.png", "Ada/a.png")
    # The patch lies at 16 to 80; the margin of 8 adds 4 pixels on each side.
    assert [int(first[edge]) for edge in ("x1", "y1", "x2", "y2")] == [12, 12, 84, 84]


def test_all_faces_are_numbered_from_the_left(site: Site) -> None:
    site.aligns(CropOptions(48, 8, all_faces=True))
    assert site.outputs() == ["Ada/a_0.png", "Ada/b_0.png", *(f"Grace/a_{n}.png" for n in range(3))]
    assert [red_of(site.out / f"Grace/a_{n}.png") for n in range(3)] == [2, 3, 4]


def test_boxes_are_in_pixels_of_the_photo_in_its_original_size(site: Site) -> None:
    small = Image.open(io.BytesIO(room_of(photo_of(5, side=100))))
    big = io.BytesIO()
    small.resize((small.width * 20, small.height * 20), Image.Resampling.NEAREST).save(big, "PNG")
    site.puts("Hedy/big.png", big.getvalue())
    site.aligns(CropOptions(48, 0))
    row = next(row for row in site.rows() if row["photo"] == "Hedy/big.png")
    assert [int(row[edge]) for edge in ("x1", "y1", "x2", "y2")] == pytest.approx(
        [320, 320, 2320, 2320], abs=3
    )


def test_a_second_run_reads_no_photo_again(site: Site) -> None:
    site.aligns()
    before = {path: path.stat().st_mtime_ns for path in site.out.glob("*/*")}
    looked = site.detector.photos
    run = site.aligns()
    assert (run.aligned, run.unchanged, site.detector.photos) == (0, 3, looked)
    assert {path: path.stat().st_mtime_ns for path in site.out.glob("*/*")} == before


def test_what_is_not_from_the_same_photo_and_options_is_made_again(site: Site) -> None:
    site.aligns()
    site.puts("Ada/a.png", room_of(photo_of(7)))
    (site.out / "Ada/b.png").write_bytes(b"changed by somebody")
    (site.out / "Grace/a.png").unlink()
    run = site.aligns()
    assert (run.aligned, run.unchanged) == (3, 0)
    assert red_of(site.out / "Ada/a.png") == 7
    assert size_of(site.out / "Ada/b.png") == (48, 48)
    assert site.aligns(CropOptions(32, 8)).aligned == 3
    assert size_of(site.out / "Ada/b.png") == (32, 32)


def test_outputs_of_other_options_do_not_stay_beside_the_new_ones(site: Site) -> None:
    site.aligns(CropOptions(48, 8, all_faces=True))
    site.aligns()
    assert site.outputs() == ["Ada/a.png", "Ada/b.png", "Grace/a.png"]


def test_a_photo_without_a_face_or_that_is_none_is_listed_with_the_reason(site: Site) -> None:
    site.puts("Ada/wall.png", WALL)
    site.puts("Ada/text.jpg", b"This is no photo.")
    run = site.aligns()
    reasons = {aside.source: aside.reason for aside in run.failed}
    assert set(reasons) == {"Ada/wall.png", "Ada/text.jpg"}
    assert reasons["Ada/wall.png"] == NO_FACE
    assert run.aligned == 3


def test_the_face_of_a_photo_that_shows_none_any_more_is_deleted(site: Site) -> None:
    site.aligns()
    site.puts("Ada/a.png", WALL)
    site.aligns()
    assert site.outputs() == ["Ada/b.png", "Grace/a.png"]
    assert [row["photo"] for row in site.rows()] == ["Ada/b.png", "Grace/a.png"]


def test_faces_of_photos_that_are_gone_stay_and_are_counted(site: Site) -> None:
    site.aligns()
    (site.raw / "Ada/a.png").unlink()
    run = site.aligns()
    assert run.gone == 1
    assert "Ada/a.png" in site.outputs()


def test_the_face_of_a_photo_that_can_not_be_read_now_stays(site: Site) -> None:
    site.aligns()
    tree = read_tree(site.raw)
    (site.raw / "Ada/a.png").unlink()  # while the photos are read
    folder = AlignedFolder(site.out, site.raw)
    run = align_folder(tree, folder, lambda: Aligner(site.detector), ONE, detector=site.detector.name)
    assert [(aside.source, aside.reason) for aside in run.failed] == [
        ("Ada/a.png", "The file can't be read: No such file or directory.")
    ]
    assert "Ada/a.png" in site.outputs()
    assert "Ada/a.png" in [row["photo"] for row in site.rows()]


def test_photos_that_differ_in_their_suffix_only_do_not_overwrite_each_other(site: Site) -> None:
    site.puts("Ada/a.webp", room_of(photo_of(6)))
    site.aligns()
    assert site.outputs() == ["Ada/a.png", "Ada/a.webp.png", "Ada/b.png", "Grace/a.png"]


def test_an_interrupted_run_is_continued(site: Site) -> None:
    answers = iter([False, True])
    run = site.aligns(is_stopped=lambda: next(answers))
    assert (run.stopped, run.aligned) == (True, 1)
    assert len(site.rows()) == 1
    run = site.aligns()
    assert (run.stopped, run.aligned, run.unchanged) == (False, 2, 1)


def test_what_a_crash_left_half_written_is_deleted(site: Site) -> None:
    site.aligns()
    half = site.out / "Ada" / ".0123456789ab.part"
    half.write_bytes(b"half a face")
    site.aligns()
    assert not half.exists()


def test_where_nothing_can_be_written_the_folder_is_named(site: Site) -> None:
    site.out.parent.mkdir(parents=True, exist_ok=True)
    folder = AlignedFolder(site.out / "below", site.raw)
    site.out.write_text("a file in its way", "utf-8")
    with pytest.raises(AligningFolderError, match=r"below can't be written to: Not a directory\. Give"):
        folder.prepare()


def test_a_disk_that_fails_loses_no_face_that_was_listed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    write = AlignedFolder.write

    def failing(folder: AlignedFolder, output: str, png: bytes) -> None:
        if output.startswith("Grace"):
            raise OSError(28, "No space left on device")
        write(folder, output, png)

    with monkeypatch.context() as patch:
        patch.setattr(AlignedFolder, "write", failing)
        with pytest.raises(OSError, match="No space left"):
            site.aligns()
    run = site.aligns()
    assert run.aligned + run.unchanged == 3


def test_links_out_of_the_tree_are_not_followed(site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.png").write_bytes(room_of(photo_of(8)))
    (site.raw / "Ada" / "link.png").symlink_to(elsewhere / "secret.png")
    (site.raw / "Linked").symlink_to(elsewhere)
    (site.raw / "Ada" / "circle.png").symlink_to(site.raw / "Ada" / "circle.png")
    tree = read_tree(site.raw)
    reasons = {aside.source: aside.reason for aside in tree.refused}
    assert reasons["Ada/link.png"] == reasons["Linked"] == LEADS_OUT
    assert reasons["Ada/circle.png"] == "The link leads nowhere."
    assert len(tree.photos) == 3


def test_a_link_within_the_tree_is_a_photo(site: Site) -> None:
    (site.raw / "Grace" / "link.png").symlink_to(site.raw / "Ada" / "a.png")
    assert site.aligns().aligned == 4


def test_pipes_are_not_opened(site: Site) -> None:
    os.mkfifo(site.raw / "Ada" / "pipe")
    os.mkfifo(site.raw / "pipe")
    assert read_tree(site.raw).passed_over == 2


def test_loose_photos_and_nested_folders_are_listed(site: Site) -> None:
    (site.raw / "loose.jpg").write_bytes(photo_of(1))
    (site.raw / "Ada" / "more").mkdir()
    assert {aside.source for aside in read_tree(site.raw).refused} == {"loose.jpg", "Ada/more"}


@pytest.mark.parametrize("out", ["raw", "raw/faces", "."])
def test_overlapping_folders_are_refused_and_nothing_is_written(site: Site, out: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(AligningFolderError, match="overlap"):
        AlignedFolder(tmp_path / out, site.raw)
    (tmp_path / "link").symlink_to(site.raw)
    with pytest.raises(AligningFolderError, match="overlap"):
        AlignedFolder(tmp_path / "link" / "faces", site.raw)
    (tmp_path / "link").unlink()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_the_folder_of_faces_is_not_written_through(site: Site) -> None:
    site.aligns()
    before = (site.raw / "Ada" / "b.png").read_bytes()
    for path in (site.out / "Ada").iterdir():
        path.unlink()
    (site.out / "Ada").rmdir()
    (site.out / "Ada").symlink_to(site.raw / "Ada")
    with pytest.raises(AligningFolderError, match="is a link"):
        site.aligns()
    assert (site.raw / "Ada" / "b.png").read_bytes() == before


def test_a_folder_with_other_files_is_refused(site: Site) -> None:
    site.out.mkdir()
    (site.out / "thesis.txt").write_text("all of it", "utf-8")
    with pytest.raises(AligningFolderError, match="did not make"):
        site.aligns()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", ",".join(COLUMNS) + "\nx,one,2,3,4,0,1,a,b,c,d\n"])
def test_a_list_that_is_not_ours_is_refused(site: Site, text: str) -> None:
    site.out.mkdir()
    (site.out / LIST).write_text(text, "utf-8")
    with pytest.raises(AligningFolderError, match="is not a list"):
        site.aligns()


def test_a_name_that_looks_like_a_formula_is_a_text_for_spreadsheets(site: Site) -> None:
    site.puts("=1+1/a.png", room_of(photo_of(1)))
    site.aligns()
    assert b"'=1+1/a.png" in (site.out / LIST).read_bytes()
    assert site.aligns().unchanged == 4


def test_a_folder_without_photos_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AligningFolderError, match="contains no photos"):
        read_tree(tmp_path)
    with pytest.raises(AligningFolderError, match="does not exist"):
        read_tree(tmp_path / "missing")
