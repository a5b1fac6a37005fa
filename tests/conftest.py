"""Fixtures that every package's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import portraits

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with model files and faces for measuring, beside the project's."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (model files and faces for measuring)")
    return folder


@pytest.fixture(scope="session")
def shared_faces(shared: Path) -> Path:
    """Folders of face photos for measuring."""
    return shared / "faces"


@pytest.fixture(scope="session")
def facenet_weights(shared: Path) -> Path:
    """FaceNet's real weights."""
    return shared / "models" / "20180402-114759-weights.h5"


@pytest.fixture(scope="session")
def astronaut_jpeg() -> bytes:
    """One face, 512x512: Eileen Collins."""
    return portraits.skimage_picture("astronaut")


@pytest.fixture(scope="session")
def hopper_jpeg() -> bytes:
    """One face, 512x600: Grace Hopper."""
    return portraits.grace_hopper()


@pytest.fixture(scope="session")
def cat_jpeg() -> bytes:
    """A cat, and no human face."""
    return portraits.skimage_picture("chelsea")


@pytest.fixture(scope="session")
def coffee_jpeg() -> bytes:
    """A cup of coffee, and no face at all."""
    return portraits.skimage_picture("coffee")
