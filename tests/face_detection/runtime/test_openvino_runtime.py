from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from face_detection.errors import EngineError, ModelFileError
from face_detection.runtime import openvino_core
from face_detection.runtime.openvino_core import openvino
from face_detection.runtime.openvino_runtime import Network, Precision, Runtime
from face_detection.runtime.small_network import SmallNetwork

pytestmark = pytest.mark.networks


def doubling_model() -> Any:
    openvino()
    from openvino import opset13 as ops

    pixels = ops.parameter([-1, 3], np.float32, name="pixels")
    doubled = ops.multiply(pixels, ops.constant(np.float32(2.0)))
    return openvino().Model([doubled], [pixels], "doubling")


def doubling_network(runtime: Runtime) -> Network:
    return runtime.compile(doubling_model())


def test_a_compiled_network_answers_with_one_array_for_each_output() -> None:
    (doubled,) = doubling_network(Runtime())(np.array([[1, 2, 3]], np.float32))
    np.testing.assert_array_equal(doubled, [[2, 4, 6]])


def test_an_answer_stays_what_it_was_when_the_network_is_asked_again() -> None:
    network = doubling_network(Runtime())
    (first,) = network(np.ones((1, 3), np.float32))
    network(np.full((1, 3), 50, np.float32))
    np.testing.assert_array_equal(first, [[2, 2, 2]])


def test_threads_that_ask_at_the_same_time_each_get_their_own_answer() -> None:
    network = doubling_network(Runtime())

    def ask(value: int) -> bool:
        (doubled,) = network(np.full((1 + value % 5, 3), value, np.float32))
        return bool((doubled == 2 * value).all()) and len(doubled) == 1 + value % 5

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))


@pytest.mark.parametrize("precision", ["bf16", "f32"])
def test_a_network_for_one_item_runs_in_the_callers_thread_in_bf16(
    tmp_path: Path, precision: Precision
) -> None:
    path = tmp_path / "doubling.xml"
    openvino().save_model(doubling_model(), path)
    for runtime in (Runtime(precision=precision), Runtime()):
        network = runtime.compile_for_one(path)
        computes_in = network._compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
        threads = network._compiled.get_property("INFERENCE_NUM_THREADS")
        assert (threads == 1) is (computes_in == "bf16" or os.cpu_count() == 1)
        (doubled,) = network(np.array([[1, 2, 3]], np.float32))
        np.testing.assert_array_equal(doubled, [[2, 4, 6]])


def small_doubling_network(runtime: Runtime) -> SmallNetwork:
    openvino()
    from openvino import opset13 as ops

    pixels = ops.parameter([4, 3], np.uint8, name="pixels")
    shift = ops.parameter([1, 3], np.float32, name="shift")
    doubled = ops.add(ops.multiply(ops.convert(pixels, "f32"), ops.constant(np.float32(2.0))), shift)
    return runtime.compile_small(openvino().Model([doubled], [pixels, shift], "small_doubling"))


def test_a_small_network_answers_for_as_many_rows_as_it_is_given() -> None:
    network = small_doubling_network(Runtime())
    shift = np.array([[0.5, 0, 0]], np.float32)
    (four,) = network(np.full((4, 3), 9, np.uint8), shift)
    (one,) = network(np.array([[1, 2, 250]], np.uint8), shift)
    np.testing.assert_array_equal(one, [[2.5, 4, 500]])
    np.testing.assert_array_equal(four, [[18.5, 18, 18]] * 4)


def test_threads_that_ask_a_small_network_each_get_their_own_answer() -> None:
    network = small_doubling_network(Runtime())

    def ask(value: int) -> bool:
        (doubled,) = network(np.full((1 + value % 4, 3), value % 256, np.uint8), np.zeros((1, 3), np.float32))
        return bool((doubled == 2 * (value % 256)).all()) and len(doubled) == 1 + value % 4

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))


@pytest.mark.parametrize("device", ["TPU", "CPU.7", "GPU:9", ""])
def test_an_unknown_device_is_refused_and_the_available_ones_are_named(device: str) -> None:
    with pytest.raises(EngineError, match=r"ATTENDANCE_DEVICE.*CPU"):
        doubling_network(Runtime(device=device))


class Starved:
    """OpenVINO's core with too little memory, as it behaved under ``ulimit -v``."""

    def __init__(self, devices: list[str]) -> None:
        self.available_devices = devices

    def compile_model(self, *_: object) -> None:
        raise RuntimeError("Can not create file mapping for 17, err=Cannot allocate memory\n")


SIGNALLED = """
import faulthandler, os, signal
from face_detection.runtime.openvino_core import core
faulthandler.enable()
signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
cores = [core(), core()]
for each in cores:
    each.get_property("CPU", "FULL_DEVICE_NAME")
while cores:
    each = cores.pop(0)
    del each
os.kill(os.getpid(), signal.SIGUSR1)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_signals_are_handled_after_networks_were_loaded_and_dropped() -> None:
    done = subprocess.run([sys.executable, "-c", SIGNALLED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "handled\n"), done.stderr


def test_nobody_else_creates_a_core() -> None:
    root = Path(__file__).resolve().parents[3]
    sources = [path for package in root.glob("*/__init__.py") for path in package.parent.rglob("*.py")]
    creating = [path for path in sources if ".Core()" in path.read_text("utf-8") and path != Path(__file__)]
    assert [path.name for path in creating] == ["openvino_core.py"]


@pytest.mark.parametrize("devices", [[], ["CPU"]])
def test_a_lack_of_memory_is_called_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, devices: list[str]
) -> None:
    monkeypatch.setattr(openvino_core, "_made_core", lambda: Starved(devices))
    with pytest.raises(EngineError, match="too little memory"):
        Runtime().compile(tmp_path / "network.xml")


def test_a_model_file_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("not a network")
    with pytest.raises(ModelFileError, match=r"broken\.xml"):
        Runtime().compile(broken)


def test_a_network_can_be_compiled_in_full_precision_and_kept_for_a_later_start(tmp_path: Path) -> None:
    runtime = Runtime(precision="f32", cache=tmp_path)
    for _ in range(2):
        (doubled,) = doubling_network(runtime)(np.ones((1, 3), np.float32))
        np.testing.assert_array_equal(doubled, [[2, 2, 2]])
    assert list(tmp_path.glob("*.blob"))


def test_importing_is_cheap_and_openvino_reports_no_use() -> None:
    script = (
        "import sys\n"
        "import face_detection.runtime.openvino_runtime as runtime\n"
        "assert 'openvino' not in sys.modules\n"
        "runtime.openvino()\n"
        "assert 'openvino.tools.ovc' not in sys.modules\n"
        "import openvino.tools.ovc.telemetry_utils as reporting\n"
        "assert reporting.tm.__name__.endswith('telemetry_stub'), reporting.tm\n"
        "assert not [name for name in sys.modules if name.startswith('openvino_telemetry.')]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
