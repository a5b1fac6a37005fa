"""pip installs what is pinned, into the environment, whatever it is configured to do elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tools.small_checkout import SmallCheckout
from tools.ending import StopHandler, StopSignal, exit_status
from tools.installing import quiet_environment, sources

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from pathlib import Path
from tests.tools.small_checkout import SmallCheckout
from tools.ending import ended_well

def start():
    SmallCheckout(Path(sys.argv[1])).starts()
    return 0

sys.exit(ended_well(start, "Stopped."))
"""


@pytest.mark.parametrize(
    "name",
    ["PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_DRY_RUN", "PIP_REQUIREMENT", "PIP_NO_DEPS", "PIP_LOG"],
)
def test_where_and_what_pip_installs_is_not_for_its_variables(name: str) -> None:
    assert name not in quiet_environment({name: "1"})


@pytest.mark.parametrize(
    "name",
    [
        *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_TRUSTED_HOST"),
        *("PIP_PROXY", "PIP_CERT", "PIP_CLIENT_CERT", "PIP_TIMEOUT", "PIP_CACHE_DIR", "PIP_CONFIG_FILE"),
        *("HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "PATH", "HOME"),
    ],
)
def test_where_packages_come_from_is(name: str) -> None:
    assert quiet_environment({name: "there"})[name] == "there"


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"])
def test_other_packages_of_python_do_not_get_in_the_way(name: str) -> None:
    assert name not in quiet_environment({name: "/elsewhere"})


def test_of_its_configuration_files_the_same_holds() -> None:
    listed = (
        "global.index-url='https://packages.example/simple'\n"
        "global.timeout='60'\n"
        "install.timeout='90'\n"
        "install.target='/elsewhere'\n"
        "install.user='true'\n"
        "global.extra-index-url='\\nhttps://one.example\\nhttps://two.example'\n"
        "download.proxy='http://proxy.example'\n"
        ":env:.find-links='/wheels'\n"
        "no line of it\n"
    )
    assert sources(listed) == {
        "PIP_INDEX_URL": "https://packages.example/simple",
        "PIP_TIMEOUT": "90",
        "PIP_EXTRA_INDEX_URL": "https://one.example https://two.example",
    }


@pytest.mark.server
@pytest.mark.skipif(os.name == "nt", reason="the made-up environment is one of POSIX")
def test_pip_is_called_with_these_and_with_nothing_else(
    fresh: SmallCheckout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_CERT", "/certificate")
    monkeypatch.setenv(
        "FAKE_PIP_CONFIG", "install.prefix='/elsewhere'\nglobal.proxy='http://proxy.example'\n"
    )
    monkeypatch.delenv("TMPDIR", raising=False)
    fresh.starts()
    (call,) = fresh.pip_calls()
    given = {name: value for name, value in call["environ"].items() if name.startswith("PIP_")}
    inherited = {name for name in os.environ if name.startswith("PIP_")}
    assert given["PIP_CERT"] == "/certificate"
    assert given["PIP_PROXY"] == "http://proxy.example"
    assert given["PIP_CONFIG_FILE"] == os.devnull
    assert given["PIP_NO_INPUT"] == "1"
    assert set(given) - inherited <= {
        "PIP_PROXY",
        "PIP_CONFIG_FILE",
        "PIP_NO_INPUT",
        "PIP_DISABLE_PIP_VERSION_CHECK",
    }
    assert not {"PIP_TARGET", "PIP_PREFIX"} & set(given)
    temporary = Path(call["environ"]["TMPDIR"])
    assert temporary.parent == fresh.root / ".venv-new", "on the disk that has room for the packages"
    assert not (fresh.venv / temporary.name).exists()


def wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} never came"
        time.sleep(0.01)


def begin(checkout: SmallCheckout) -> subprocess.Popen[str]:
    """A start in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", START, str(checkout.root)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.server
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_what_stops_the_start_stops_pip_too_and_lets_it_clean_up(
    fresh: SmallCheckout, number: int, status: int
) -> None:
    fresh.requires("# waits\n")
    process = begin(fresh)
    wait_for(fresh.root / "pip-waits")
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == status
    assert said.endswith("\nStopped.\n")
    assert "Traceback" not in said
    assert (fresh.root / "pip-cleaned-up").exists()
    assert fresh.is_clean()


@pytest.mark.server
@pytest.mark.skipif(os.name == "nt", reason="Windows passes no locks on")
def test_the_next_start_waits_for_the_pip_of_a_killed_one(fresh: SmallCheckout) -> None:
    fresh.requires("# waits\n")
    killed = begin(fresh)
    wait_for(fresh.root / "pip-waits")
    killed.kill()
    killed.communicate()
    fresh.requires("thing==1.0\n")
    waiting = begin(fresh)
    assert waiting.stderr is not None
    assert "Waiting" in waiting.stderr.readline()
    os.kill(int((fresh.root / "pip-waits").read_text()), signal.SIGINT)
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert fresh.version() == "1.0"


def test_a_signal_waits_until_the_child_it_would_lose_is_known() -> None:
    handler = StopHandler()
    handler.wait()
    handler.handle(signal.SIGTERM, None)
    with pytest.raises(StopSignal) as stopped:
        handler.go_on()
    assert exit_status(stopped.value) == 143
    handler.go_on()  # once


def test_ctrl_c_is_what_it_always_is() -> None:
    with pytest.raises(KeyboardInterrupt) as stopped:
        StopHandler().handle(signal.SIGINT, None)
    assert exit_status(stopped.value) == 130
