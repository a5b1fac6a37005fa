"""An error names each server that ended by itself, with its last words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.rush.programs import ServerProcesses
from tests.client.serving.loops import in_a_loop


async def ready(folder: Path, *options: str) -> None:
    with ServerProcesses(os.environ, folder, options=options) as servers:
        await servers.ready()


@pytest.mark.server
def test_what_went_wrong_names_the_server_that_had_ended(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"(?s)Its last words: .*--no-such-option") as failed:
        in_a_loop(ready(tmp_path, "--no-such-option"))
    (note,) = failed.value.__notes__
    assert "status 2" in note
    assert "--no-such-option" in note
