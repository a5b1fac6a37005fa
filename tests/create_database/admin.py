"""An admin who types commands at a register where everything is real but the networks."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from attendance.accounts.passwords import Passwords
from attendance.clock import Clock
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import Verdict
from attendance.recognition.pipelines import Pipeline
from attendance.register import Register
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.values import EnginePin
from create_database.cli import cli
from create_database.context import AdminContext
from face_detection.runtime.progress import Progress, silent
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_pipeline import FakePipeline, fake_policy, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import make_database

COLLINS, HOPPER, STRANGER = 0, 4, 9


class FakeEngines:
    """See ``attendance.recognition.engines.Engines``."""

    ready = True
    turn = None

    def __init__(self, pipeline: Pipeline, store: Store, clock: Clock) -> None:
        self._pipeline = pipeline
        self._store = store
        self._clock = clock
        self._only_tries = False

    def pin(self) -> EnginePin:
        names = self._pipeline.engine_name, self._pipeline.detector_name
        chosen = EnginePin(*names, "Nothing else is there.", self._clock.now())
        return chosen if self._only_tries else self._store.pin_engine(chosen)

    def only_try(self) -> None:
        self._only_tries = True

    def asked_with(self, option: str) -> None:
        """The fake engine was not asked for."""

    def allows(self, pin: EnginePin) -> bool:
        """Any."""
        return bool(pin.engine)

    def pipeline(self) -> Pipeline:
        return self._pipeline

    def choose_again(self) -> tuple[Pipeline, str]:
        return self._pipeline, "asked for"


class Admin:
    """Types commands; each is a program run of its own on the same data folder.

    Args:
        folder: where everything is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.photos = folder / "photos"
        self.clock = FrozenClock()
        self.pipeline = FakePipeline()
        self.environ = {
            "ATTENDANCE_DATA": str(self.data),
            "ATTENDANCE_CONFIG": str(folder / "config"),
            "ATTENDANCE_CACHE": str(folder / "cache"),
            "ATTENDANCE_TIMEZONE": "Europe/Berlin",
        }

    def types(self, *words: str, answer: str = "") -> Result:
        """Run a command; ``answer`` is typed when it asks."""
        context = AdminContext(self.environ, opener=self._open)
        result = CliRunner().invoke(
            cli, words, input=answer, obj=context, prog_name="python -m create_database"
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def register(self) -> Register:
        """The register, for looking and arranging; the caller closes it."""
        return self._open(Settings.from_env(self.environ), silent)

    def puts(self, folder: str, *photos: bytes) -> None:
        """Put photos called a.png, b.png, and so on into a student's folder."""
        where = self.photos / folder
        where.mkdir(parents=True, exist_ok=True)
        for letter, photo in zip("abcdefgh", photos, strict=False):
            (where / f"{letter}.png").write_bytes(photo)

    def enrols(self, *options: str) -> Result:
        """Run the command enrol on the folder of photos."""
        return self.types(
            "enrol", str(self.photos), "--consent", "signed form", "--by", "Registrar", *options
        )

    def enrols_two(self) -> None:
        """Eileen Collins has roll number 17, Grace Hopper 18."""
        self.puts("17_Eileen Collins", photo_of(COLLINS))
        self.puts("18_Grace Hopper", photo_of(HOPPER))
        assert self.enrols().exit_code == 0

    def checks_in(self, photo: bytes, grant: str = "grant") -> Verdict:
        """Let a phone send a photo."""
        with self.register() as register:
            session = register.sessions.today()
            attempt = Attempt.of(grant, photo, device="phone", expires_at=session.closes_at)
            return register.check_in.submit(
                session, Submission(photo, circumstances=Circumstances(has_camera=False)), attempt
            )

    def _open(self, settings: Settings, progress: Progress) -> Register:
        if settings.mongodb_uri is None:
            make_database(settings.data / FILE_NAME)
        store = open_sealed_store(settings)
        return Register(
            settings,
            store,
            self.clock,
            engines=FakeEngines(self.pipeline, store, self.clock),
            policy=fake_policy,
            passwords=Passwords(CHEAP),
            progress=progress,
        )


def rows(output: str) -> list[list[str]]:
    """The cells of a plain table, without its headings."""
    return [line.split("\t") for line in output.splitlines() if "\t" in line][1:]
