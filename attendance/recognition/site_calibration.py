"""What a site calibrated on its own students: kept in a file of the data folder, with where it is from."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from attendance.errors import CalibrationError
from attendance.files.whole_file import write_whole
from attendance.recognition.pipelines import PolicySource
from face_matching.decision import DecisionPolicy
from face_matching.policy_shift import shifted

FILE = "calibration.json"
_UNREADABLE = (OSError, ValueError, TypeError, KeyError)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class SiteCalibration:
    """One calibration.

    Attributes:
        engine: versioned name of the engine that it is for.
        detector: name of the detector that it is for.
        fpir: the wished rate of strangers who pass.
        shift: by how much the thresholds are moved.
        margin: the new margin between two students who pass; None: as before.
        at: when, ISO 8601 with the time zone.
        by: who ran the command.
        source: what was measured, in words.
        people: number of students whose faces were used.
        faces: number of their faces.
        strangers: number of people who were searched as strangers.
        fnir_before: students who were not found before, with the interval, in words.
        fnir_after: the same after.
    """

    engine: str
    detector: str
    fpir: float
    shift: float
    margin: float | None
    at: str
    by: str
    source: str
    people: int
    faces: int
    strangers: int
    fnir_before: str
    fnir_after: str

    def applied_to(self, policy: DecisionPolicy) -> DecisionPolicy:
        """The policy with the moved thresholds, which are those of ``fpir``; see ``shifted``."""
        return shifted(policy, self.shift, self.margin)


class SiteCalibrations:
    """The calibrations of a site, the last of which is in use; any thread may ask.

    Args:
        data: the data folder.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._known: tuple[SiteCalibration, ...] = ()

    def all(self) -> tuple[SiteCalibration, ...]:
        """All, the oldest first; of a file that can't be understood none, and the log says so."""
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            return ()
        with self._lock:
            if stamp != self._seen:
                self._seen, self._known = stamp, self._read()
            return self._known

    def in_use(self, engine: str, detector: str) -> SiteCalibration | None:
        """The last one, if it is of this engine and detector."""
        last = self.all()[-1:]
        return next((each for each in last if (each.engine, each.detector) == (engine, detector)), None)

    def applied(self, usual: PolicySource) -> PolicySource:
        """The rule of decision with the calibration that is in use at each moment.

        Args:
            usual: the rule without it.
        """

        def policy(engine: str, detector: str) -> DecisionPolicy:
            rule, calibration = usual(engine, detector), self.in_use(engine, detector)
            if calibration is None:
                return rule
            return calibration.applied_to(replace(rule, fpir=calibration.fpir))

        return policy

    def add(self, calibration: SiteCalibration) -> None:
        """Put one into use.

        Raises:
            CalibrationError: the file can't be written.
        """
        self._write((*self.all(), calibration))

    def undo(self) -> SiteCalibration | None:
        """Take the last one out of use, so that the one before counts again; None if there is none.

        Raises:
            CalibrationError: the file can't be written.
        """
        kept = self.all()
        if not kept:
            return None
        self._write(kept[:-1])
        return kept[-1]

    def why_unreadable(self) -> str:
        """Why the file can't be understood; empty if it can, or isn't there."""
        try:
            self._parsed()
        except FileNotFoundError:
            return ""
        except _UNREADABLE as error:
            return str(error)
        return ""

    def _read(self) -> tuple[SiteCalibration, ...]:
        try:
            return self._parsed()
        except _UNREADABLE as error:
            _LOG.warning("%s can't be read, so the usual thresholds count: %s", self._path, error)
            return ()

    def _parsed(self) -> tuple[SiteCalibration, ...]:
        found: Any = json.loads(self._path.read_text("utf-8"))
        return tuple(_checked(SiteCalibration(**each)) for each in found["calibrations"])

    def _write(self, calibrations: tuple[SiteCalibration, ...]) -> None:
        text = json.dumps({"calibrations": [asdict(each) for each in calibrations]}, indent=1)
        try:
            write_whole(self._path, text.encode())
        except OSError as error:
            raise CalibrationError(f"{self._path} can't be written: {error.strerror}.") from error


def _checked(calibration: SiteCalibration) -> SiteCalibration:
    datetime.fromisoformat(calibration.at)
    if not 0 < calibration.fpir < 1 or not -1 < calibration.shift < 1:
        raise ValueError(f"FPIR {calibration.fpir} or shift {calibration.shift} out of range")
    if calibration.margin is not None and not 0 <= calibration.margin <= 2:
        raise ValueError(f"margin {calibration.margin} out of range")
    return calibration
