"""The engine: whether the pinned one is there, is what the settings ask for, and has thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.program import admin_command
from attendance.recognition import classifier
from attendance.recognition.site_calibration import FILE, SiteCalibrations
from attendance.sentences import sentence as _l
from attendance.settings.engine_settings import SVM
from attendance.settings.settings import Settings
from attendance.values import EnginePin
from face_detection.engines.engine_choice import AUTO
from face_detection.engines.model_files import ENGINE_NAMES
from face_matching.thresholds import POLICIES


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Compare the pinned engine and detector with the program, the settings, and the calibration."""
    pin = None if site.store is None else site.store.engine_pin()
    if pin is None:
        yield note(
            _l("The register has no engine yet."),
            _l("Start the server once: it chooses the best one that this computer can have."),
        )
        return
    settings = site.settings
    found = [*_pinned(settings, pin), *_calibrated(settings, pin), *_classifier(settings)]
    yield from found
    if not found:
        yield ok(
            _l(
                "%(engine)s with %(detector)s is in use, with its own thresholds.",
                engine=pin.engine,
                detector=pin.detector,
            )
        )


def _pinned(settings: Settings, pin: EnginePin) -> Iterator[SiteFinding]:
    asked = ENGINE_NAMES.get(settings.engine)
    if pin.engine not in ENGINE_NAMES.values():
        yield problem(
            _l(
                "The register's faces were read with %(engine)s, which this version of the program doesn't "
                "have. It has %(known)s.",
                engine=pin.engine,
                known=", ".join(ENGINE_NAMES.values()),
            ),
            _l(
                "Install the previous version, or make the templates again: %(command)s",
                command=admin_command("re-embed"),
            ),
        )
    elif (pin.engine, pin.detector) not in POLICIES:
        yield problem(
            _l(
                "There are no thresholds for %(engine)s with %(detector)s.",
                engine=pin.engine,
                detector=pin.detector,
            ),
            _l(
                "Use another detector, and make the templates again: %(command)s",
                command=admin_command("re-embed"),
            ),
        )
    if settings.engine != AUTO and asked != pin.engine:
        yield problem(
            _l(
                "%(setting)s is %(asked)s, and the register's faces were read with %(engine)s.",
                setting="ATTENDANCE_ENGINE",
                asked=settings.engine,
                engine=pin.engine,
            ),
            _l(
                "Remove the setting, or make the templates again: %(command)s",
                command=admin_command("re-embed"),
            ),
        )
    if settings.detector not in (None, pin.detector):
        yield problem(
            _l(
                "%(setting)s is %(asked)s, and the register's faces were found with %(detector)s.",
                setting="ATTENDANCE_DETECTOR",
                asked=settings.detector,
                detector=pin.detector,
            ),
            _l(
                "Remove the setting, or make the templates again: %(command)s",
                command=admin_command("re-embed"),
            ),
        )


def _calibrated(settings: Settings, pin: EnginePin) -> Iterator[SiteFinding]:
    calibrations = SiteCalibrations(settings.data)
    last = calibrations.all()[-1:]
    if why := calibrations.why_unreadable():
        yield problem(
            _l(
                "The site's calibration in %(file)s can't be read, so the usual thresholds apply: %(why)s.",
                file=settings.data / FILE,
                why=why,
            ),
            _l(
                "Restore the file from a backup, or delete it and calibrate again: %(command)s",
                command=admin_command("calibrate"),
            ),
        )
    elif last and (last[0].engine, last[0].detector) != (pin.engine, pin.detector):
        yield note(
            _l(
                "The site's calibration is for %(engine)s with %(detector)s, which isn't in use, so the "
                "usual thresholds apply.",
                engine=last[0].engine,
                detector=last[0].detector,
            ),
            _l("Calibrate again: %(command)s", command=admin_command("calibrate")),
        )


def _classifier(settings: Settings) -> Iterator[SiteFinding]:
    path = settings.data / classifier.FILE_NAME
    if settings.matcher == SVM and not path.exists():
        yield note(
            _l(
                "%(setting)s is %(value)s, but there is no classifier in %(file)s, so cosine similarity "
                "decides.",
                setting="ATTENDANCE_MATCHER",
                value=SVM,
                file=path,
            ),
            _l("Train one: %(command)s", command=admin_command("train-classifier")),
        )
