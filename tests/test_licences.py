"""The project's licence files are there, and its code keeps to what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from face_detection.dlib.weights import FILE_NAME

ROOT = Path(__file__).resolve().parent.parent
CODE = ("face_detection", "face_matching", "attendance", "client", "create_database", "benchmarks", "tools")
NOT_FOR_COMMERCE = "68_face_landmarks"  # of a file in face_recognition_models
OPENED = """
import sys
from pathlib import Path
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from face_detection.pipeline import load_pipeline
from face_detection.engines.model_files import ModelFiles
models = Path(sys.argv[1])
ModelFiles(models).prepare("dlib-1")
load_pipeline("dlib-1", "mtcnn", models=models).warm_up()
print(*(Path(path).name for path in opened if "face_recognition_models" in path))
"""


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "SECURITY.md", "CONTRIBUTING.md"])
def test_what_outsiders_look_for_is_there(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_no_code_names_the_landmarks_that_exclude_commercial_use() -> None:
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > len(CODE)
    assert [path for path in files if NOT_FOR_COMMERCE in path.read_text(encoding="utf-8")] == []


@pytest.mark.server
def test_of_the_package_with_those_landmarks_only_the_descriptor_is_opened(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.split() == [FILE_NAME], done.stderr
