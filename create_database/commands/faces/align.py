"""The command align: crops the faces of a folder of photos for other FaceNet tools."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.aligning.align_folder import AlignRun, align_folder
from attendance.aligning.aligned_folder import LIST, AlignedFolder
from attendance.aligning.raw_tree import RawTree, read_tree
from create_database.context import AdminContext
from create_database.errors import StoppedError
from create_database.graceful_interrupt import GracefulInterrupt
from create_database.shell import AdminCommand, GivenPath, pass_admin_context
from create_database.wording import counted
from face_detection.aligning.classic_crop import CropOptions, load_aligner
from face_detection.face_detect import DETECTORS

HEADINGS = ("Photo", "Why it was not aligned")


@click.command(
    cls=AdminCommand,
    examples=(
        "align raw aligned",
        "align raw aligned --image-size 182 --margin 44",
        "align raw faces --all-faces --detector haar",
    ),
)
@click.argument("raw", type=GivenPath(path_type=Path))
@click.argument("out", type=GivenPath(path_type=Path))
@click.option(
    "--image-size",
    type=click.IntRange(16, 1024),
    default=160,
    show_default=True,
    help="Width and height of the faces in pixels.",
)
@click.option(
    "--margin",
    type=click.IntRange(0, 1000),
    default=32,
    show_default=True,
    help="Pixels added to the width and height of the detected box.",
)
@click.option("--all-faces", is_flag=True, help="Crop every face of a photo, not only the main one.")
@click.option(
    "--detector",
    type=click.Choice(DETECTORS),
    default=DETECTORS[0],
    show_default=True,
    help="What finds faces.",
)
@pass_admin_context
def align(
    context: AdminContext,
    raw: Path,
    out: Path,
    *,
    image_size: int,
    margin: int,
    all_faces: bool,
    detector: str,
) -> None:
    """Crop the faces of the photos in RAW into OUT, as other FaceNet tools take them.

    RAW contains a folder of photos for each person; OUT gets the same folders with a PNG for each face, and a
    list of what was cropped. Of several faces the largest and most central one counts. Running the command
    again does only what is new or has changed. The register is not used. The exit status is 1 if there were
    photos without a face or that can't be read.
    """
    tree = read_tree(raw)
    folder = AlignedFolder(out, raw)
    with GracefulInterrupt() as interrupt:
        run = align_folder(
            tree,
            folder,
            lambda: load_aligner(detector, device=context.settings.device),
            CropOptions(image_size, margin, all_faces=all_faces),
            detector=detector,
            progress=context.screen.bars,
            is_stopped=lambda: interrupt.requested,
        )
    _show(context, tree, run, out)
    if run.stopped:
        done = run.aligned + run.unchanged + len(run.failed)
        raise StoppedError(
            f"Stopped after {done} of {counted(len(tree.photos), 'photo')}; each of them is complete. "
            "Run the same command again to continue."
        )
    if run.failed or tree.refused:
        raise click.exceptions.Exit(1)


def _show(context: AdminContext, tree: RawTree, run: AlignRun, out: Path) -> None:
    screen = context.screen
    problems = [*tree.refused, *run.failed]
    if problems:
        screen.table(HEADINGS, [(aside.source, aside.reason) for aside in problems])
        screen.say("")
    screen.say(
        f"{counted(run.faces, 'face')} cropped from {counted(run.aligned, 'photo')}, {run.unchanged} "
        f"unchanged, {len(problems)} not aligned. The boxes are listed in {out / LIST}."
    )
    if run.gone:
        screen.note(f"{counted(run.gone, 'face')} in {out} came from photos that are gone. They were left.")
