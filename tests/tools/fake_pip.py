"""A pip that installs made-up packages; it runs in an environment, as ``pip/__main__.py``.

In a requirements file, ``NAME==VERSION`` installs a package unless it is there already. ``# says TEXT`` fails
with this text, ``# waits`` waits for a signal, and ``# damages`` empties what was installed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import sysconfig
import time
from pathlib import Path

SITE = Path(sysconfig.get_path("purelib"))
SCRIPTS = Path(sysconfig.get_path("scripts"))


def install(name: str, version: str) -> None:
    info = SITE / f"{name}-{version}.dist-info"
    if (info / "METADATA").exists():
        return
    files = {
        f"{name}/__init__.py": f"VERSION = {version!r}\n",
        f"{name}/deep/deeper/deepest/data.txt": "some data\n",
        f"{info.name}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    }
    record = [f"{info.name}/RECORD,,"]
    for path, text in files.items():
        (SITE / path).parent.mkdir(parents=True, exist_ok=True)
        (SITE / path).write_text(text)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        record.append(f"{path},sha256={digest},{len(text)}")
    (info / "RECORD").write_text("\n".join(record))
    script = SCRIPTS / f"{name}-version"
    # As pip writes it where the path has a space.
    start = f"#!/bin/sh\n'''exec' \"{sys.executable}\" \"$0\" \"$@\"\n' '''\n"
    script.write_text(f"{start}import {name}\nprint({name}.VERSION)\n")
    script.chmod(0o755)


def run(requirements: Path) -> None:
    with (requirements.parent / "pip-calls.jsonl").open("a") as calls:
        calls.write(json.dumps({"argv": sys.argv, "environ": dict(os.environ)}) + "\n")
    for line in requirements.read_text().splitlines():
        name, _, version = line.partition("==")
        if line.startswith("# says "):
            sys.exit(line[len("# says ") :])
        elif line == "# waits":
            wait(requirements.parent)
        elif line == "# damages":
            (SITE / "thing" / "__init__.py").write_text("")
        elif version:
            install(name, version)


def wait(folder: Path) -> None:
    (folder / "pip-waits").write_text(str(os.getpid()))
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        (folder / "pip-cleaned-up").touch()
        raise


if __name__ == "__main__":
    words = sys.argv[1:]
    if words == ["--version"]:
        import pip._internal  # what half a pip lacks

        sys.stdout.write(f"pip 99.0 of {pip._internal.__name__}\n")
    elif words == ["config", "list"]:
        sys.stdout.write(os.environ.get("FAKE_PIP_CONFIG", ""))
    else:
        run(Path(words[words.index("-r") + 1]))
