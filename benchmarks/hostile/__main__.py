"""Try what attackers might send: made-up hostile inputs to every entrance of a throwaway site.

    python -m benchmarks.hostile [--inputs 100000] [--only KIND] [--seed 1] [--json FILE]
    python -m benchmarks.hostile --replay FILE

Pictures, forms, JSON, WebSocket messages, cookies, codes, lists, Excel files, videos, databases and receipts
are made by grammars and mutations from valid ones that this program writes. Each must be answered below 500
and in 5 s (if not, it is sent once more, as the computer may be busy), without an error in the log, and must
store nothing. Each kind is tried in a process of its own, whose memory must stay the same, with that of the
processes that decode photos. Limits on rates are forgotten before each input. An input that was answered
otherwise is saved in a folder, and --replay sends it again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.all_kinds import KINDS, SHARES, counts_of
from benchmarks.hostile.results import from_json, shown, to_json
from benchmarks.hostile.trying import RUNNING, HostileRun, is_flat
from benchmarks.hostile.values import HostileFault, HostileInput, KindResult
from benchmarks.hostile.watch import RegisterWatch

FOLDER = Path("hostile-inputs")
WIDTH = 130


@click.command(help=__doc__)
@click.option("--inputs", default=100_000, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--only", type=click.Choice(tuple(SHARES)), help="All inputs are of this kind, in this process."
)
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Where to write the figures.")
@click.option(
    "--failures",
    default=FOLDER,
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for inputs that were not answered as they should be.",
)
@click.option(
    "--replay", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Send a saved input."
)
def main(
    *, inputs: int, only: str | None, seed: int, file: Path | None, failures: Path, replay: Path | None
) -> None:
    """Try the inputs, and print what became of them."""
    if replay is not None:
        _replay(replay)
        return
    failures.mkdir(parents=True, exist_ok=True)
    if only is None:
        results = [_in_a_process(kind, count, seed, failures) for kind, count in counts_of(inputs).items()]
    else:
        with open_site() as (site, watch):
            results = [HostileRun(watch, failures).try_kind(KINDS[only](site), inputs, seed)]
    if file is not None:
        file.write_text(to_json(results, seed), encoding="utf-8")
    Console(width=WIDTH).print(shown(results))
    for result in results:
        for fault in result.faults:
            click.echo(f"{result.kind}, {fault.entrance}: {fault.problem}\n    --replay {fault.file}")
    grown = [result.kind for result in results if not is_flat(result)]
    if grown or any(result.faults for result in results):
        raise click.ClickException(
            f"Not everything held. Memory has grown with: {', '.join(grown) or 'nothing'}."
        )
    if failures.exists() and not any(failures.iterdir()):
        failures.rmdir()


@contextmanager
def open_site() -> Iterator[tuple[HostileSite, RegisterWatch]]:
    """A site in a temporary folder, and what sees whether it changes."""
    with tempfile.TemporaryDirectory(prefix="hostile-site-") as folder:
        site = HostileSite(Path(folder))
        assert site.office.token, "this logs in, and leaves a login"
        watch = RegisterWatch(site.data)
        try:
            yield site, watch
        finally:
            watch.close()
            site.close()


def _in_a_process(kind: str, count: int, seed: int, failures: Path) -> KindResult:
    """Try one kind in a process of its own, which may end as it likes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.json"
        words = ("--only", kind, "--inputs", str(count), "--seed", str(seed), "--json", str(file))
        command = (sys.executable, "-m", "benchmarks.hostile", *words, "--failures", str(failures))
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)  # noqa: S603
        if file.exists():
            return from_json(json.loads(file.read_text(encoding="utf-8")))[0]
    running = failures / RUNNING
    saved = running.with_name(f"{kind}-ended.json")
    if running.exists():
        running.rename(saved)
    problem = f"the process ended with {done.returncode}: {done.stderr.decode(errors='replace')[-400:]}"
    return KindResult(kind, faults=[HostileFault("process", problem, str(saved))])


def _replay(file: Path) -> None:
    try:
        one = HostileInput.load(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    with open_site() as (site, watch):
        status = KINDS[one.kind](site).send(one)
        click.echo(
            f"{one.kind}, {one.entrance}, {one.made}: {status}, stored: {watch.changed() or 'nothing'}"
        )


if __name__ == "__main__":
    main()
