"""The audit trail: whether it still has the entries whose heads are beside the daily lists."""

from __future__ import annotations

from collections.abc import Iterator

from attendance.audit.trail import AuditTrail
from attendance.backup.anchors import first_lost, what_is_lost, what_to_do
from attendance.backup.heads import read_heads
from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.program import admin_command
from attendance.sentences import sentence as _l
from attendance.settings.setting_values import OFF


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Compare the trail with the heads; ``verify-audit`` reads all of it."""
    if site.store is None:
        yield note(
            _l("Not examined, because the register can't be opened."),
            _l("See the finding about the register."),
        )
        return
    heads = read_heads(site.settings)
    lost = first_lost(site.store, heads)
    if lost is not None:
        yield problem(what_is_lost(lost), what_to_do(site.settings))
    elif site.settings.daily_csv is OFF:
        yield note(
            _l("No heads of the audit trail are kept, because the daily lists are off."),
            _l(
                "Keep heads from printed reports, and compare them: %(command)s",
                command=admin_command("verify-audit", "--head", "HEAD"),
            ),
        )
    elif heads:
        yield ok(
            _l(
                "The head is %(head)s, and the latest heads beside the daily lists match this register.",
                head=AuditTrail(site.store).head(),
            )
        )
    else:
        yield ok(_l("There are no heads yet: closing the first session writes one beside the daily lists."))
