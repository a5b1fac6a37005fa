"""The command align, with the real detector."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.create_database.admin import Admin, rows
from tests.portraits import grace_hopper, skimage_picture


@pytest.mark.networks
def test_a_folder_of_photos_becomes_a_folder_of_faces(admin: Admin) -> None:
    admin.puts("Eileen Collins", skimage_picture("astronaut"))
    admin.puts("Grace Hopper", grace_hopper(), skimage_picture("coffee"))
    out = admin.folder / "faces"
    done = admin.types("align", str(admin.photos), str(out), "--image-size", "96")
    assert done.exit_code == 1, "one photo shows nobody"
    assert [row[0] for row in rows(done.stdout)] == ["Grace Hopper/b.png"]
    assert "2 faces cropped from 2 photos, 0 unchanged, 1 not aligned." in done.stdout
    with Image.open(out / "Grace Hopper" / "a.png") as face:
        assert face.size == (96, 96)
    assert not admin.data.exists(), "the register is not used"


def test_wrong_folders_are_one_sentence(admin: Admin) -> None:
    admin.photos.mkdir()
    done = admin.types("align", str(admin.photos), str(admin.photos / "faces"))
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "contains no photos" in done.stderr
