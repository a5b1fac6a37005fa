"""The command doctor: examines the site and shows what to do about each finding."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from attendance.doctor.examining import PartFinding, examine_from_outside, problems_in
from attendance.doctor.findings import Grade
from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context
from create_database.wording import counted

_WORDS = {Grade.OK: "ok", Grade.NOTE: "note", Grade.PROBLEM: "PROBLEM"}
_COLUMNS = max(map(len, _WORDS.values())) + 2


@click.command(
    cls=AdminCommand, examples=("doctor", "doctor --address https://192.0.2.7:8080", "doctor --json")
)
@click.option(
    "--address", metavar="URL", help="Where phones open the server, to examine camera and certificate."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings for a program.")
@pass_admin_context
def doctor(context: AdminContext, address: str | None, *, as_json: bool) -> None:
    """Examine the whole site and show what to do about each finding; nothing is written.

    Looks at the installation, settings, models, register, audit trail, keys, engine, camera and address,
    tunnel, mail, clock, disk, permissions and backups, each on its own, so that a broken one hides no
    other. A server may be running. The exit status is 1 if there are problems.
    """
    found = examine_from_outside(context.environ, context.overrides, address)
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False, indent=1))
    else:
        _print(context, found)
    if problems_in(found):
        click.get_current_context().exit(1)


def _print(context: AdminContext, found: Sequence[PartFinding]) -> None:
    pairs = []
    for each in found:
        finding = each.finding
        pairs.append((f"{_WORDS[finding.grade]:<{_COLUMNS}}{each.part.name}", str(finding.what)))
        if finding.remedy is not None:
            pairs.append(("", str(finding.remedy)))
    context.screen.pairs(pairs)
    notes = sum(each.finding.grade is Grade.NOTE for each in found)
    context.screen.note(f"{counted(problems_in(found), 'problem')}, {counted(notes, 'note')}.")


def _document(found: Sequence[PartFinding]) -> dict[str, object]:
    return {
        "problems": problems_in(found),
        "findings": [
            {
                "part": each.part.key,
                "grade": each.finding.grade.value,
                "what": str(each.finding.what),
                "remedy": None if each.finding.remedy is None else str(each.finding.remedy),
            }
            for each in found
        ],
    }
