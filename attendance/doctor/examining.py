"""Runs all examinations at once, each in its own thread, so that none stops or delays the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING

from attendance.doctor.findings import Grade, SiteFinding, note, problem
from attendance.errors import AttendanceError
from attendance.program import repair
from attendance.sentences import FilledSentence, said
from attendance.sentences import sentence as _l

if TYPE_CHECKING:
    from attendance.doctor.examined_site import ExaminedSite

LONGEST = 20.0  # seconds for all together; a mail server or a tunnel that doesn't answer takes some
_MODULES = "attendance.doctor.examinations"
_AT_HAND = "attendance.doctor.site_at_hand"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExaminedPart:
    """A part of a site.

    Attributes:
        key: names it for programs.
        name: what people call it.
        module: has its ``examine``; imported when it is needed, as its libraries may be what is broken.
    """

    key: str
    name: FilledSentence
    module: str


PARTS = (
    ExaminedPart("installation", _l("Installation"), f"{_MODULES}.installation"),
    ExaminedPart("settings", _l("Settings"), f"{_MODULES}.named_settings"),
    ExaminedPart("models", _l("Models"), f"{_MODULES}.networks"),
    ExaminedPart("register", _l("Register"), f"{_MODULES}.register_file"),
    ExaminedPart("audit", _l("Audit trail"), f"{_MODULES}.trail_heads"),
    ExaminedPart("keys", _l("Keys"), f"{_MODULES}.sealing_keys"),
    ExaminedPart("engine", _l("Engine and thresholds"), f"{_MODULES}.engine_fit"),
    ExaminedPart("camera", _l("Camera and address"), f"{_MODULES}.phone_camera"),
    ExaminedPart("tunnel", _l("Tunnel"), f"{_MODULES}.public_tunnel"),
    ExaminedPart("mail", _l("Mail"), f"{_MODULES}.mail_account"),
    ExaminedPart("clock", _l("Clock"), f"{_MODULES}.clock_and_zone"),
    ExaminedPart("disk", _l("Disk"), f"{_MODULES}.disks"),
    ExaminedPart("permissions", _l("Permissions"), f"{_MODULES}.file_rights"),
    ExaminedPart("backups", _l("Backups"), f"{_MODULES}.backup_age"),
)
"""In the order in which they are shown."""


@dataclass
class Examination:
    """One part and what was found; ``findings`` is None while it runs."""

    part: ExaminedPart
    findings: Sequence[SiteFinding] | None = None


@dataclass(frozen=True)
class PartFinding:
    """A finding and the part of the site that it is about."""

    part: ExaminedPart
    finding: SiteFinding


def examine_from_outside(
    environ: Mapping[str, str], overrides: Mapping[str, str], address: str | None = None
) -> list[PartFinding]:
    """Examine a site without a server around it, even if packages that everything needs can't be loaded.

    Args:
        environ: the source of the settings.
        overrides: settings of the command line by field.
        address: where phones reach the server; None: unknown.
    """
    try:
        opening = import_module(_AT_HAND)
    except Exception as error:  # noqa: BLE001 - a damaged file of a package may raise anything
        installation = PARTS[0]
        rest = problem(
            _l("A package that everything else needs can't be loaded: %(error)s.", error=error),
            said(repair()),
        )
        return [*examine(None, [installation]), PartFinding(installation, rest)]
    with opening.site_at_hand(environ, overrides, address) as site:
        return examine(site)


def examine(
    site: ExaminedSite | None, parts: Sequence[ExaminedPart] = PARTS, *, longest: float = LONGEST
) -> list[PartFinding]:
    """Everything that was found, in the order of the parts; at least one finding for each.

    Args:
        site: what is examined; None where no site can be opened, for the installation alone.
        parts: which parts.
        longest: seconds after which an examination that is still running is abandoned, which is its finding.
    """
    examinations = [Examination(part) for part in parts]
    # One after the other: while one thread fails to load a package, others would see half of it.
    modules = [_loaded(each) for each in examinations]
    threads = [
        Thread(target=_run, args=(each, module, site), name=f"doctor-{each.part.key}", daemon=True)
        for each, module in zip(examinations, modules, strict=True)
        if module is not None
    ]
    until = time.monotonic() + longest
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return [PartFinding(each.part, finding) for each in examinations for finding in _findings(each, longest)]


def problems_in(found: Sequence[PartFinding]) -> int:
    """How many findings are problems."""
    return sum(each.finding.grade is Grade.PROBLEM for each in found)


def _findings(examination: Examination, longest: float) -> Iterator[SiteFinding]:
    found = examination.findings
    if found is None:
        yield note(
            _l("This took longer than %(seconds)s s and was abandoned.", seconds=f"{longest:g}"),
            _l("Deal with the other findings first, then try again."),
        )
    else:
        yield from found


def _loaded(examination: Examination) -> ModuleType | None:
    """The module of an examination; None, with a finding, if it can't be loaded."""
    try:
        return import_module(examination.part.module)
    except Exception as error:  # noqa: BLE001 - as above
        what = _l("A package can't be loaded: %(error)s.", error=error)
        examination.findings = [problem(what, said(repair()))]
        return None


def _run(examination: Examination, module: ModuleType, site: ExaminedSite | None) -> None:
    try:
        examination.findings = list(module.examine(site))
    except AttendanceError as error:
        examination.findings = [problem(said(error))]
    except BaseException as error:  # noqa: BLE001 - whatever ends it, this is its own thread
        _log.debug("The examination of %s failed.", examination.part.key, exc_info=True)
        name = type(error).__name__
        examination.findings = [
            problem(
                _l("This part can't be examined (%(name)s: %(error)s).", name=name, error=error),
                said(repair()),
            )
        ]
