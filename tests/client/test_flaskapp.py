"""The app's factory, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from attendance.settings.settings import Settings
from client import create_app
from client.web.visitors.this_computer import here

ROOT = Path(__file__).resolve().parents[2]
FIRST_ANSWER = """
import sys
from pathlib import Path
from client.startup.launch import create_app
from attendance.settings.settings import Settings

here = Path(sys.argv[1])
app = create_app(Settings(config=here / "config", models=here / "models", data=here / "data"))
with app.extensions["register"]:
    assert app.test_client().get("/healthz").status_code == 200
    print(*sys.modules)
    assert app.test_client().get("/api/v1/about").status_code == 401
    print(*sys.modules)
"""
HEAVY = ("tensorflow", "keras", "openvino", "pymongo", "cv2", "mtcnn", "scipy")


def loaded_by(code: str) -> set[str]:
    """The top-level packages that a fresh Python has loaded after this code."""
    program = f"import sys; {code}; print(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.server
def test_importing_the_package_loads_no_framework() -> None:
    assert not loaded_by("import client") & {"flask", "flask_limiter", "segno", *HEAVY}


@pytest.mark.server
def test_a_first_answer_needs_nothing_that_only_some_requests_need(tmp_path: Path) -> None:
    later = {
        *("pydantic", "flask_openapi3", "flask_cors"),  # the API
        "xlsxwriter",  # reports
        *("openvino", "joblib", "scipy", "tensorflow", "keras", "mtcnn"),  # networks
        *("pyngrok", "pymongo", "rich", "pillow_heif"),
    }
    done = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    first, of_the_api = (set(line.split()) for line in done.stdout.splitlines())
    assert first & later == set()
    assert {"pydantic", "flask_openapi3"} <= of_the_api


@pytest.mark.server
def test_importing_the_app_loads_no_network_and_no_database_of_others() -> None:
    assert not loaded_by("import client; client.create_app") & {"tensorflow", "keras", "pymongo"}


def test_what_the_package_does_not_have_is_said() -> None:
    import client

    with pytest.raises(AttributeError, match="create_apps"):
        client.create_apps  # noqa: B018


def test_an_app_from_settings_alone_serves(tmp_path: Path) -> None:
    settings = Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")
    app = create_app(settings)
    try:
        assert app.test_client().get("/").status_code == 200
        assert app.test_client().get("/healthz").get_json()["store"] == "sqlite"
        assert app.test_client().get(here(app, "/wall")).status_code == 200
    finally:
        app.extensions["register"].close()
