from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from face_detection.errors import ModelFileError
from face_detection.facenet.weights import WEIGHTS, keras_facenet_download, named_weights


def test_what_is_downloaded_is_what_keras_facenet_downloads() -> None:
    package = importlib.util.find_spec("keras_facenet")
    assert package is not None
    assert package.origin is not None
    metadata = Path(package.origin).with_name("metadata.py").read_text("utf-8")
    models = ast.literal_eval(metadata[metadata.index("{") :])
    model = models["20180402-114759"]
    assert model["keras_weights_url"] == WEIGHTS.url
    assert model["keras_weights_sha256"] == WEIGHTS.digest
    assert model["keras_weights_filename"] == WEIGHTS.name
    assert model["fixed_image_standardization"] is True
    assert model["dimensions"] == 512


def test_a_user_without_a_home_folder_has_downloaded_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert keras_facenet_download() is None


def test_a_named_file_that_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"FACENET_WEIGHTS names .*gone\.h5, which can't be read"):
        named_weights(tmp_path / "gone.h5")


def test_a_named_file_that_is_a_saved_web_page_is_refused_by_name(tmp_path: Path) -> None:
    page = tmp_path / "weights.h5"
    page.write_text("<html>Sign in</html>")
    with pytest.raises(ModelFileError, match=r"weights\.h5, which is not an HDF5 file"):
        named_weights(page)
