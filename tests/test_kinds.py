"""A unit test starts no program, no server and no network: it fails and reads how it is to be marked."""

from __future__ import annotations

import ast
import re
import socket
import sys
from pathlib import Path

import pytest

from face_detection.decoding.decoder_process import MODULE
from tests import kinds

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("event", "arguments", "wanted"),
    [
        ("subprocess.Popen", ("python", [], None, None), "server"),
        ("os.fork", (), "server"),
        ("socket.bind", (None, ("127.0.0.1", 0)), "server"),
        ("import", ("openvino", None, None, None, None), "networks"),
    ],
)
def test_what_takes_long_by_its_kind_wants_a_mark(
    request: pytest.FixtureRequest, event: str, arguments: tuple[object, ...], wanted: str
) -> None:
    sys.audit(event, *arguments)  # as the system does; nothing is started
    with pytest.raises(pytest.fail.Exception, match=rf"mark it with @pytest\.mark\.{wanted} "):
        kinds.require_marks(request.node)
    kinds.forget()


@pytest.mark.server
def test_a_marked_test_may_do_it(request: pytest.FixtureRequest) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
    kinds.require_marks(request.node)


def test_files_and_other_imports_are_free(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sys.audit("import", "json", None, None, None, None)
    sys.audit("socket.bind", None, str(tmp_path / "socket"))
    sys.audit(
        "subprocess.Popen", "python", ["python", "-m", MODULE], None, None
    )  # decodes photos, for all tests
    kinds.require_marks(request.node)


@pytest.mark.parametrize("mark", kinds.NOT_FAST)
def test_each_mark_keeps_a_test_out_of_the_fast_ones(request: pytest.FixtureRequest, mark: str) -> None:
    assert kinds.is_fast(request.node)
    request.node.add_marker(mark)
    assert not kinds.is_fast(request.node)


def test_the_help_of_the_command_names_each_option_of_these_tests() -> None:
    shown = ast.get_docstring(ast.parse((ROOT / "test").read_text("utf-8"))) or ""
    own = set(re.findall(r'"(--[a-z-]+)"', (ROOT / "tests" / "conftest.py").read_text("utf-8")))
    assert own == {"--allowed-skips", "--slow-browser", "--fast"}
    assert own <= set(re.findall(r"--[a-z-]+", shown))
    assert all(mark in shown for mark in kinds.NOT_FAST)
