"""The register: whether it exists, is well formed, and has this version's schema."""

from __future__ import annotations

from collections.abc import Iterator

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.program import admin_command
from attendance.sentences import said
from attendance.sentences import sentence as _l
from attendance.store.whole_register import check_structure


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Whether the register can be read and, in a server, written."""
    path = site.register
    if site.trouble is not None:
        yield problem(said(site.trouble))
        return
    if site.store is None:
        yield note(
            _l("There is no register in %(folder)s yet.", folder=site.settings.data),
            _l(
                "Give its folder with %(option)s or %(setting)s, or start the server, which makes one.",
                option="--data",
                setting="ATTENDANCE_DATA",
            ),
        )
        return
    if path is not None and not site.is_server and path.stat().st_size == 0:
        yield problem(
            _l("The register %(file)s is empty: nothing of what was in it is left.", file=path),
            _l(
                "Move the data folder away and restore the latest backup: %(command)s",
                command=admin_command("restore", "FILE"),
            ),
        )
        return
    if site.is_server:
        site.store.check()  # writes nothing that stays, as for /readyz
        if path is not None:
            check_structure(path)  # a copy was checked when it was opened
    yield ok(
        _l(
            "The register in %(place)s is well formed. Students: %(number)s.",
            place="MongoDB" if path is None else path,
            number=site.store.count_students(),
        )
    )
