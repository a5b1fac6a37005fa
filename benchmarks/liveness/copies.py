"""How surely a changed copy of a picture is found, and how rarely two honest pictures pass for one.

    python -m benchmarks.liveness.copies FOLDER [FOLDER ...]

Each FOLDER has a folder for each person. Copies are made of the first picture of each person; honest pairs
are all pairs of different pictures of one person. A file that is in a folder twice is counted once.
``--most`` leaves out people with more pictures, among whom the threshold was chosen.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError, central_face, labelled_photos
from benchmarks.apparatus.recognition import plain_errors
from face_detection.errors import PhotoError
from face_detection.face_detect import Detector, load_detector
from face_detection.photo import decode
from face_detection.picture_hash import (
    NEARLY_SAME,
    distances,
    picture_hash,
    picture_patch,
    picture_views,
)
from face_detection.runtime.openvino_runtime import Runtime
from face_matching.evaluation.proportions import wilson

SEED = 7
CLOSEST = 5  # honest pairs that are named, to be looked at


@dataclass(frozen=True, eq=False)
class Hashed:
    """A picture: its hash, and what is compared with earlier ones."""

    path: Path
    own: bytes
    views: NDArray[np.uint8]


@dataclass
class Distances:
    """Differing bits of 256, by what was compared."""

    copies: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    honest: list[tuple[int, Path, Path]] = field(default_factory=list)
    unread: int = 0


def copies_of(image: Image.Image, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Changed copies of a picture, as JPEG, by what was changed."""
    width, height = image.size
    edges = [rng.uniform(0, 0.12) for _edge in range(4)]
    cut = (width * edges[0], height * edges[1], width * (1 - edges[2]), height * (1 - edges[3]))
    yield "recompressed, quality 60", _jpeg(image, 60)
    yield "recompressed, quality 35", _jpeg(image, 35)
    yield "shrunk to 60 %", _jpeg(image.resize((int(width * 0.6), int(height * 0.6))), 80)
    yield "enlarged to 150 %", _jpeg(image.resize((int(width * 1.5), int(height * 1.5))), 80)
    yield "cropped by up to 12 % at each edge", _jpeg(image.crop(tuple(map(int, cut))), 85)  # type: ignore[arg-type]
    yield "brighter by 30 %", _jpeg(ImageEnhance.Brightness(image).enhance(1.3), 85)
    yield "darker by 30 %", _jpeg(ImageEnhance.Brightness(image).enhance(0.7), 85)
    yield "turned by 4 degrees", _jpeg(image.rotate(4, Image.Resampling.BICUBIC), 85)
    changed = ImageEnhance.Contrast(image).enhance(rng.uniform(0.8, 1.25))
    changed = changed.resize((int(width * 0.7), int(height * 0.7)))
    side = int(0.06 * changed.width)
    yield "all of these a little", _jpeg(changed.crop((side, side, changed.width, changed.height)), 55)


def measured(folders: Sequence[Path], detector: Detector, *, copied: int, most: int | None) -> Distances:
    """Hash pictures and their copies.

    Args:
        folders: of people.
        detector: finds the faces.
        copied: of how many people copies are made.
        most: people with more pictures are left out; None: nobody.
    """
    rng, found = random.Random(SEED), Distances()  # noqa: S311 - repeatable, no secret
    people: dict[str, list[Path]] = defaultdict(list)
    for photo in labelled_photos(folders):
        people[photo.identity].append(photo.path)
    names = [name for name, paths in people.items() if most is None or len(paths) <= most]
    with_copies = set(rng.sample(sorted(names), min(copied, len(names))))
    for name in names:
        paths = list({hashlib.sha256(path.read_bytes()).digest(): path for path in people[name]}.values())
        if name not in with_copies and len(paths) < 2:
            continue
        seen = [one for path in paths if (one := _hashed(path.read_bytes(), path, detector)) is not None]
        found.unread += len(paths) - len(seen)
        for one, other in permutations(seen, 2):
            found.honest.append((int(distances(one.views, [other.own])[0]), one.path, other.path))
        if name in with_copies and seen:
            image = Image.open(seen[0].path).convert("RGB")
            for change, data in copies_of(image, rng):
                copy = _hashed(data, seen[0].path, detector)
                bits = 256 if copy is None else int(distances(copy.views, [seen[0].own])[0])
                found.copies[change].append(bits)
    return found


def _hashed(data: bytes, path: Path, detector: Detector) -> Hashed | None:
    try:
        photo = decode(data)
    except PhotoError:
        return None
    faces = detector.detect(photo)
    face = central_face(photo, faces)
    if face is None:
        return None
    patch = picture_patch(photo, face)
    return Hashed(path, picture_hash(patch), picture_views(patch))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _show(console: Console, found: Distances) -> None:
    table = Table("copies", "found", "95 % interval", "median", "95th percentile")
    everything = [bits for each in found.copies.values() for bits in each]
    for change, each in [*found.copies.items(), ("all", everything)]:
        rate = wilson(sum(one <= NEARLY_SAME for one in each), len(each))
        median, high = np.percentile(each, [50, 95])
        interval = f"{rate.low:.1%} to {rate.high:.1%}"
        table.add_row(change, f"{rate.value:.1%} of {len(each)}", interval, f"{median:.0f}", f"{high:.0f}")
    console.print(table)
    bits = np.array([one for one, _path, _other in found.honest])
    if not bits.size:
        return
    passing = int((bits <= NEARLY_SAME).sum())
    console.print(
        f"{passing} of {len(bits)} honest comparisons of one person pass for copies "
        f"(at most {NEARLY_SAME} bits of 256; upper 95 % bound {wilson(passing, len(bits)).high:.2%}); "
        f"mean {bits.mean():.1f}, standard deviation {bits.std():.1f}. "
        f"{found.unread} pictures have no face."
    )
    for one, path, other in sorted(found.honest)[: 2 * CLOSEST : 2]:
        console.print(f"  {one}: {path.parent.name}/{path.name} and {other.name}")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--copied", default=150, show_default=True, help="Of how many people copies are made.")
@click.option("--most", type=int, help="Leave out people with more pictures than this.")
def main(folders: tuple[Path, ...], copied: int, most: int | None) -> None:
    """Measure how copies of pictures are found."""
    with plain_errors():
        detector = load_detector("mtcnn", Runtime("CPU", "f32", None))
        found = measured(folders, detector, copied=copied, most=most)
        if not found.copies:
            raise BenchmarkError("No pictures to copy were found.")
        _show(Console(), found)


if __name__ == "__main__":
    main()
