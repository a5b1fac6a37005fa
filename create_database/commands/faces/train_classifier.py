"""The command train-classifier: trains a support vector machine on the enrolled faces."""

from __future__ import annotations

import click

from attendance.recognition.classifier_training import TrainingReport, train_classifier
from attendance.settings.engine_settings import SVM
from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context
from create_database.wording import counted
from face_matching.matchers.svm_training import SplitResult

HEADINGS = ("Roll number", "Name", "Photos")


@click.command(
    "train-classifier",
    cls=AdminCommand,
    examples=(
        "train-classifier",
        "train-classifier --min-images 5 --split 0.25",
        "train-classifier --split 0",
    ),
)
@click.option(
    "--min-images",
    type=click.IntRange(2, 1000),
    default=10,
    show_default=True,
    help="Photos that a student needs; the others are recognised without the classifier.",
)
@click.option(
    "--split",
    type=click.FloatRange(0, 0.5),
    default=0.2,
    show_default=True,
    help="Share of each student's photos set aside for the report; 0 for none.",
)
@pass_admin_context
def train_classifier_command(context: AdminContext, *, min_images: int, split: float) -> None:
    """Train a support vector machine on the enrolled faces, for ATTENDANCE_MATCHER=svm.

    Needs scikit-learn, and at least four students with enough photos. Students with too few are listed. The
    classifier is valid for exactly the faces enrolled now: once any are added or erased it is deleted, and
    cosine similarity decides until it is trained again.
    """
    register = context.register
    pin = register.engine()
    report = train_classifier(
        register.store,
        register.classifier,
        engine=pin.engine,
        detector=pin.detector,
        min_images=min_images,
        split=split,
        fpir=context.settings.fpir,
        progress=context.screen.bars,
    )
    _show(context, report, min_images)


def _show(context: AdminContext, report: TrainingReport, min_images: int) -> None:
    screen = context.screen
    if report.too_few:
        screen.table(HEADINGS, [(s.roll_number, s.name, str(count)) for s, count in report.too_few])
        screen.say("")
        few = counted(len(report.too_few), "student")
        screen.say(f"{few} with fewer than {min_images} photos will be recognised without the classifier.")
    screen.say(f"Trained for {counted(report.students, 'student')} on {counted(report.photos, 'photo')}.")
    screen.say(
        f"A face is accepted from a probability of {report.accepts_at:.3f}: {report.accepted_strangers} of "
        f"{counted(report.strangers, 'photo')} of students left out in turn reached it."
    )
    if report.split is not None:
        screen.say(_of_split(report.split))
    if context.settings.matcher != SVM:
        screen.note("It is used if ATTENDANCE_MATCHER is svm when the server starts.")


def _of_split(split: SplitResult) -> str:
    """What became of the photos that were set aside."""
    total = split.right + split.wrong + split.unsure
    if not total:
        return (
            "No photo was set aside to try it on: the share is less than one of each student's photos, or "
            "they have only the two that the training needs."
        )
    return (
        f"Of {counted(total, 'photo')} set aside: {split.right} accepted as the right student, "
        f"{split.wrong} as another one, {split.unsure} not accepted."
    )
