"""A teacher's pages have no word of the machine: engines, files and settings are for admins."""

from __future__ import annotations

import re
import shutil
import tempfile

import pytest
from flask import Flask

from attendance.errors import EngineMismatchError
from attendance.settings.all_settings import SETTINGS
from attendance.values import MarkStatus
from face_detection.engines.model_files import NETWORKS
from tests.attendance.fake_engines import FakeEngines
from tests.client.access.test_student_addresses import World, ask, pages_of
from tests.client.access.test_student_addresses import world as world  # noqa: PLC0414 - a fixture

DETECTORS = ("mtcnn", "haar", "fake-1", "openvino", "tensorflow")
OPTIONS = r"(?<![\w-])--[a-z]{3,}"  # of the command line
SCRIPTS = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


def machine_words(world: World) -> re.Pattern[str]:
    """What only admins read: engines, detectors, settings, options, and where files are."""
    settings = world.register.settings
    words = [re.escape(word) for word in (*NETWORKS, *DETECTORS, *(setting.name for setting in SETTINGS))]
    paths = [re.escape(str(path)) for path in (settings.data, settings.config, settings.models)]
    return re.compile(
        "|".join([rf"\b({'|'.join(words)})\b", *paths, tempfile.gettempdir() + "/", OPTIONS]), re.IGNORECASE
    )


@pytest.mark.parametrize("state", ["all is well", "no engine", "files can't be written"])
@pytest.mark.parametrize("role", ["teacher", "enrols"])
def test_no_page_of_a_teacher_has_a_word_of_the_machine(
    app: Flask, world: World, engines: FakeEngines, monkeypatch: pytest.MonkeyPatch, *, role: str, state: str
) -> None:
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    if state == "no engine":

        def refuse() -> None:
            raise EngineMismatchError(
                "The templates are by dlib-1. Run `python -m create_database re-embed`."
            )

        monkeypatch.setattr(engines, "pin", refuse)
        monkeypatch.setattr(engines, "pipeline", refuse)
    elif state == "files can't be written":
        world.register.reporting.wait()
        shutil.rmtree(world.register.settings.data / "Attendance")
        (world.register.settings.data / "Attendance").write_text("no folder")
        world.register.marking.mark("1", MarkStatus.LATE, by="office", session=world.session)
        world.register.reporting.wait()
    words = machine_words(world)
    read = 0
    for one, method, rule in pages_of(app):
        answer = ask(world.browsers[role], world, one, method, rule)
        if answer.mimetype in ("text/html", "application/json"):
            found = words.search(SCRIPTS.sub("", answer.text))
            assert found is None, f"{method} {rule.rule} shows {found[0]!r}"
            read += 1
    assert read > 60


def test_an_admin_reads_them(app: Flask, world: World) -> None:
    world.register.engine()
    page = world.browsers["admin"].get("/teach/").text
    assert machine_words(world).search(page)
    assert app is not None
