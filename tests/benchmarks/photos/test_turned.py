"""The pictures that the search for faces is timed with."""

from __future__ import annotations

from benchmarks.photos.turned import SCREEN, pictures


def test_every_picture_is_as_large_as_a_screen_and_hostile_ones_are_full_of_faces() -> None:
    found = pictures()
    assert {pixels.shape for pixels in found.values()} == {(*SCREEN, 3)}
    tiles = found["faces of 70 px, turned by 90°"]
    assert (tiles[:70, :70] == tiles[70:140, 140:210]).all()
    assert tiles[:70, :70].std() > 20
