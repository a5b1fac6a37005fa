"""The command calibrate: sets the thresholds by the enrolled students."""

from __future__ import annotations

import click

from attendance.evaluation.calibrating import CalibrationPlan
from attendance.evaluation.output.numbers import interval, per_cent
from attendance.program import admin_command
from attendance.recognition.site_calibration import SiteCalibration
from create_database.context import AdminContext
from create_database.shell import AdminCommand, by_option, pass_admin_context
from face_matching.evaluation.measured import Measured


@click.command(
    cls=AdminCommand,
    examples=("calibrate", "calibrate --fpir 0.01 --preview", "calibrate --fpir 0.01", "calibrate --undo"),
)
@click.option("--fpir", type=float, metavar="RATE", help="The wished rate of strangers who pass as anyone.")
@click.option("--preview", is_flag=True, help="Show what it would change without changing anything.")
@click.option("--undo", is_flag=True, help="Go back to the thresholds before the last calibration.")
@by_option
@pass_admin_context
def calibrate(context: AdminContext, fpir: float | None, *, preview: bool, undo: bool, by: str) -> None:
    """Set threshold and margin so that a wished share of strangers passes among the enrolled students.

    Without options, show what is in use. Running servers follow at the next check-in.
    """
    if undo and (fpir is not None or preview):
        raise click.UsageError("--undo goes with no other option.")
    if preview and fpir is None:
        raise click.UsageError("--preview needs --fpir RATE, the rate to preview.")
    if preview:
        context.try_only()
    evaluations = context.register.evaluations
    if undo:
        _undo(context)
        return
    if fpir is None:
        _show(context, evaluations.calibrations.all())
        return
    pin = context.register.engine()
    plan = evaluations.plan_calibration(pin, fpir, by=by, progress=context.screen.bars)
    _show_plan(context, plan)
    if preview:
        context.screen.say("Nothing was changed.")
        return
    evaluations.calibrations.add(plan.calibration)
    command = admin_command("calibrate", "--undo")
    context.screen.say(f"These thresholds are in use now. To undo this, run: {command}")


def _undo(context: AdminContext) -> None:
    calibrations = context.register.evaluations.calibrations
    removed = calibrations.undo()
    if removed is None:
        context.screen.say("There is no calibration to undo. The thresholds are the usual ones.")
        return
    context.screen.say(f"The calibration of {removed.at[:16]} is no longer in use.")
    _show(context, calibrations.all())


def _show(context: AdminContext, calibrations: tuple[SiteCalibration, ...]) -> None:
    if not calibrations:
        rate = per_cent(context.settings.fpir)
        context.screen.say(f"The thresholds are the usual ones, for an FPIR of {rate} (ATTENDANCE_FPIR).")
        return
    last, pin = calibrations[-1], context.register.engine()
    if (last.engine, last.detector) != (pin.engine, pin.detector):
        context.screen.note(
            f"The last calibration is for {last.engine} with {last.detector}, so it is not in use with "
            f"{pin.engine} and {pin.detector}."
        )
    context.screen.pairs(
        [
            ("FPIR", per_cent(last.fpir)),
            ("Shift", f"{last.shift:+.3f}"),
            ("Margin", "as before" if last.margin is None else f"{last.margin:.3f}"),
            ("Calibrated", f"{last.at[:16]} by {last.by}"),
            ("From", f"{last.source}: {last.people} people, {last.faces} faces, {last.strangers} strangers"),
            ("Engine", f"{last.engine}, {last.detector}"),
            ("FNIR before", last.fnir_before),
            ("FNIR after", last.fnir_after),
        ]
    )


def _words(rate: Measured) -> str:
    return " ".join(interval(rate)).strip()


def _show_plan(context: AdminContext, plan: CalibrationPlan) -> None:
    new = plan.calibration
    margin = plan.margin_before if new.margin is None else new.margin
    rows = [
        ("Strangers who pass (FPIR)", *map(_words, (plan.fpir_before, plan.fpir_after))),
        ("Students who are not found (FNIR)", *map(_words, (plan.fnir_before, plan.fnir_after))),
        ("Margin", f"{plan.margin_before:.3f}", f"{margin:.3f}"),
    ]
    context.screen.table(("", "Before", "After"), rows)
    context.screen.say(
        f"The thresholds move by {new.shift:+.3f}, calibrated on {new.people} people with {new.faces} faces."
    )
