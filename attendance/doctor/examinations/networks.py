"""The models: every file that is needed, with its checksum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.sentences import said
from attendance.sentences import sentence as _l
from face_detection.engines.model_files import ENGINE_NAMES, networks_of
from face_detection.errors import FaceDetectionError
from face_detection.facenet.weights import named_weights
from face_detection.liveness.mesh_file import mesh_file
from face_detection.mtcnn.weights import SHA256, read_weights
from face_detection.retail.weights import named_model
from face_detection.runtime.model_folder import damage_of, find_network

_RESTART = _l("Start the server again: it makes what is missing, or says what it needs to do so.")


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """The detector's weights, the face mesh, the engine's networks, and files that the settings name."""
    engine = _engine_of(site)
    found = [*_detector(), *_mesh(), *_named(site), *_engine(site, engine)]
    yield from found
    if not found and engine is None:
        yield ok(
            _l(
                "The detector and the face mesh are complete, and their checksums are right. The first start "
                "chooses an engine."
            )
        )
    elif not found:
        yield ok(
            _l(
                "The detector, the face mesh and the networks of %(engine)s are complete, and their "
                "checksums are right.",
                engine=engine,
            )
        )


def _engine_of(site: ExaminedSite) -> str | None:
    """The versioned name of the engine in use, or of the one that the settings ask for."""
    pin = None if site.store is None else site.store.engine_pin()
    return pin.engine if pin else ENGINE_NAMES.get(site.settings.engine)


def _detector() -> Iterator[SiteFinding]:
    for network in SHA256:
        yield from _tried(lambda network=network: read_weights(network), problem)  # type: ignore[misc]


def _mesh() -> Iterator[SiteFinding]:
    yield from _tried(mesh_file, note)


def _named(site: ExaminedSite) -> Iterator[SiteFinding]:
    settings = site.settings
    if settings.retail_model is not None:
        folder = settings.retail_model
        yield from _tried(lambda: named_model(folder), problem)
    if settings.facenet_weights is not None:
        weights = settings.facenet_weights
        yield from _tried(lambda: named_weights(weights), problem)


def _engine(site: ExaminedSite, engine: str | None) -> Iterator[SiteFinding]:
    for name in () if engine is None else networks_of(engine):
        yield from _network(site.settings.models, name)


def _network(models: Path, name: str) -> Iterator[SiteFinding]:
    damage = damage_of(models, name)
    if damage is not None:
        yield problem(
            said(damage),
            _l("Delete the folder %(folder)s, then start the server again.", folder=models / name),
        )
    elif find_network(models, name) is None:
        yield problem(_l("The network %(name)s isn't in %(folder)s.", name=name, folder=models), _RESTART)


def _tried(action: Callable[[], object], grade: Callable[..., SiteFinding]) -> Iterator[SiteFinding]:
    """The finding if checking a file fails; the error's message says what to do, too."""
    try:
        action()
    except FaceDetectionError as error:
        yield grade(said(error))
