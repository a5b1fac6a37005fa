"""A port that is free, and that no other program gets by asking for any port."""

from __future__ import annotations

import socket

import pytest

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.processes import free_ports
from benchmarks.apparatus.processes.free_ports import free_port


@pytest.mark.server
def test_a_port_is_free_and_not_one_that_the_system_chooses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        assert chosen.getsockname()[1] not in free_ports.RANGE
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port()))
        taken = server.getsockname()[1]
        monkeypatch.setattr(free_ports, "RANGE", range(taken, taken + 1))
        with pytest.raises(BenchmarkError, match="is free"):
            free_port()
