"""The servers with MongoDB's protocol that tests run on, which `./test` builds into the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tools.ending import child

HERE = Path(__file__).resolve().parent
LOG = "build.log"  # in the folder of a server whose build failed
NICE = 10  # a build takes minutes, and nobody waits for it but tests
GO = (1, 24)  # what FerretDB asks for
_GO_BUILD = ("go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false")
# The back ends that are left out would only take longer to build.
_GO_TAGS = "ferretdb_no_postgresql"
_MAVEN = ("mvn", "-q", "-B", "--strict-checksums", "package")
# For a server that runs for a minute, compiling well costs more than it saves.
_JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m")


@dataclass(frozen=True)
class ServerProgram:
    """A server that is built from the sources in a folder here.

    Attributes:
        name: of the folder with its sources, and of the parameter of tests.
        title: its name for people.
        needs: the programs that build and run it.
        build: the command, in a copy of the sources.
        built: what the command makes there.
        run: the words that start it in that folder, before the port and the data's folder.
        too_old: why the machine's programs can't build it; None if they can.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    build: tuple[str, ...]
    built: str
    run: Callable[[Path], list[str]]
    too_old: Callable[[], str | None] = lambda: None

    @property
    def sources(self) -> Path:
        """The folder with the sources, which pin every package and its checksum."""
        return HERE / self.name

    @property
    def folder(self) -> Path:
        """Where it is once it is built: one folder for each content of the sources, outside the checkout."""
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return cache / "face-attendance" / f"{self.name}-{_digest(self.sources)[:16]}"

    @property
    def is_built(self) -> bool:
        """Whether it can be started."""
        return (self.folder / self.built).exists()

    def missing(self) -> str | None:
        """What the machine lacks to build or run it, as the subject of a sentence."""
        absent = [each for each in self.needs if shutil.which(each) is None]
        return f"{' and '.join(absent)}, which this machine lacks" if absent else self.too_old()


def _old_go() -> str | None:
    command = (shutil.which("go") or "go", "env", "GOVERSION")
    words = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    first, second, *_ = [*words.strip().removeprefix("go").split("."), "", ""]
    if first.isdigit() and second[:2].isdigit() and (int(first), int(second[:2])) >= GO:
        return None
    return f"Go {GO[0]}.{GO[1]} or newer ({words.strip() or 'none'} is installed)"


def _ferretdb(folder: Path) -> list[str]:
    return [str(folder / "ferretdb")]


def _mongo_java_server(folder: Path) -> list[str]:
    jars = os.pathsep.join(str(folder / "target" / each) for each in ("server.jar", "dependency/*"))
    return [*_JAVA, "-cp", jars, "DatabaseServer"]


FERRETDB = ServerProgram(
    name="ferretdb",
    title="FerretDB",
    needs=("go",),
    build=(*_GO_BUILD, "-tags", _GO_TAGS, "-o", "ferretdb", "."),
    built="ferretdb",
    run=_ferretdb,
    too_old=_old_go,
)
MONGO_JAVA_SERVER = ServerProgram(
    name="mongo_java_server",
    title="mongo-java-server",
    needs=("java", "javac", "mvn"),
    build=_MAVEN,
    built="target/server.jar",
    run=_mongo_java_server,
)
PROGRAMS = (FERRETDB, MONGO_JAVA_SERVER)


def prepare(programs: Iterable[ServerProgram] = PROGRAMS) -> None:
    """Build what isn't built. Where that fails, say so: the tests on it are skipped."""
    for program in programs:
        if program.is_built:
            continue
        missing = program.missing()
        if missing is not None:
            _say(f"{program.title} needs {missing}, so the tests on it are skipped.")
            continue
        _say(f"Building {program.title} into {program.folder}, once; this may take some minutes.")
        try:
            if not _build(program):
                _say(f"Its build failed, so the tests on it are skipped; {_log(program)} tells why.")
        except OSError as error:
            _say(f"{program.title} can't be stored in {program.folder}: {error.strerror}.")


def _build(program: ServerProgram) -> bool:
    """Build a server beside its folder, then give it its name; False if the build fails."""
    folder = program.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=str(folder.parent)) as name:
        fresh = Path(name, "fresh")
        shutil.copytree(str(program.sources), str(fresh))
        with Path(name, LOG).open("wb") as log:
            options = {"cwd": str(fresh), "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            nice = shutil.which("nice")
            gently = [] if nice is None else [nice, "-n", str(NICE)]
            with child([*gently, *program.build], **options) as process:
                if process.wait() or not (fresh / program.built).exists():
                    shutil.move(str(Path(name, LOG)), str(_log(program)))
                    return False
        if not folder.is_dir():  # another start may have been quicker
            fresh.rename(folder)
    return True


def _log(program: ServerProgram) -> Path:
    return program.folder.parent / f"{program.name}-{LOG}"


def _digest(folder: Path) -> str:
    """The SHA-256 of all files in a folder and their names."""
    digest = sha256()
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
