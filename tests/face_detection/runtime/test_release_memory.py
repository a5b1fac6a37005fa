"""Networks free the memory of their last calls when told."""

from __future__ import annotations

import threading
import weakref
from typing import Any

import numpy as np
import pytest

from face_detection.mtcnn.networks import r_net
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime import openvino_runtime
from face_detection.runtime.memory import give_memory_back
from face_detection.runtime.openvino_runtime import Network, Runtime


def crops(count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(1).uniform(0, 255, (count, 24, 24, 3)).astype(np.float32)


@pytest.mark.networks
def test_a_network_keeps_no_input_and_answers_as_before() -> None:
    network = Runtime().compile(r_net(read_weights("rnet")))
    photo = crops(8)
    before = network(photo[:4])
    held = weakref.ref(photo)
    del photo
    give_memory_back()
    assert held() is None, "the photo whose part was its last input is freed"
    for one, other in zip(before, network(crops(8)[:4]), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.networks
def test_memory_is_freed_while_others_compute() -> None:
    network = Runtime().compile(r_net(read_weights("rnet")))
    inputs, stop = crops(64), threading.Event()
    wanted, wrong = network(inputs)[1], []

    def compute() -> None:
        while not stop.is_set():
            if not np.array_equal(network(inputs)[1], wanted):
                wrong.append(True)

    threads = [threading.Thread(target=compute) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        network.release_memory()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_where_openvino_refuses_the_photo_that_was_read_does_not_fail() -> None:
    class Busy:
        def release_memory(self) -> None:
            raise RuntimeError("Attempt to call release_memory() on a compiled model in a busy state.")

    network = Network(Busy())
    network.release_memory()
    give_memory_back()
    assert network._calls.acquire(blocking=False), "all calls are given back"


def test_what_is_in_use_for_long_is_left(monkeypatch: Any) -> None:
    class Compiled:
        released = 0

        def release_memory(self) -> None:
            self.released += 1

    monkeypatch.setattr(openvino_runtime, "_RELEASE_SECONDS", 0.01)
    compiled = Compiled()
    network = Network(compiled)
    with network._calls:
        network.release_memory()
    assert compiled.released == 0
    network.release_memory()
    assert compiled.released == 1
