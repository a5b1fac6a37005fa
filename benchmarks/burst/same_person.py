"""Choose and measure from which similarity the faces of a burst are one person.

    python -m benchmarks.burst.same_person ../shared/faces ../shared/attacks [--cache FOLDER]

FACES is the folder with lfwhalf, lfw10 and lfw150gray, ATTACKS the one with orl and nuaa. A genuine burst
is a straight photo, another straight frame and a turned one of ORL, whose pictures are of several moments,
so that those of a real burst are more alike; and three pictures of a sitting before the webcam, where
nobody turns the head. The threshold is that of the policy for an FMR of 1e-5; a higher one where no burst
of people 1 to 10 of ORL needs a lower one; and a lower one where it would refuse more than 5 % of these.
All other people report its rates, except that the policies were calibrated on most of the "two people".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.disjoint_halves import FEW, GROUPS, MANY, WIDTH
from benchmarks.apparatus.embedding_cache import embedded_folder, joined
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.apparatus.groups_of_people import of_people, read_groups
from benchmarks.apparatus.recognition import (
    DETECTORS,
    ENGINES,
    detector_option,
    engine_option,
    pipeline_for,
    plain_errors,
)
from benchmarks.burst.sittings import Still, turned_stills, webcam_stills
from benchmarks.calibrate import CALIBRATED
from face_detection.engines.model_files import ENGINE_NAMES
from face_matching.decision import DecisionPolicy
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.clustered import share_of_trials
from face_matching.evaluation.error_rates import numbered
from face_matching.thresholds import policy_for

CHOSEN_ON = frozenset(f"s{number}" for number in range(1, 11))
"""The people of ORL on whom the threshold is chosen."""

STEP = 0.001
"""Thresholds are rounded down to this."""

FMR = 1e-5
"""How often two people may be one person of a burst."""

MOST_REFUSED = 0.05
"""Share of the bursts of turned stills that may be refused for that."""

STRAIGHT = 0.25
TURNED = (0.3, 0.9)
"""Tangents of the yaw: up to which a face is straight, and how much further a turned one is."""


APART = 4
"""Stills of a webcam from one picture of a burst to the next: about a second."""


@dataclass(frozen=True, eq=False)
class Trials:
    """The least similarities of bursts or pairs.

    Attributes:
        scores: ``(n,)`` float64.
        people: ``(n,)`` or ``(n, 2)`` intp, who takes part.
    """

    scores: NDArray[np.float64]
    people: NDArray[np.intp]

    def reach(self, threshold: float) -> Estimate:
        """How many reach a threshold, with a 95 % interval over people."""
        return share_of_trials(self.scores >= threshold, self.people)

    def fail(self, threshold: float) -> Estimate:
        """How many don't."""
        return share_of_trials(self.scores < threshold, self.people)


def genuine_bursts(stills: Sequence[Still], engine: str) -> Trials:
    """Each straight photo with another straight frame and a turned one of the sitting."""
    people = numbered([still.person for still in stills])
    rows = [
        (_least(engine, photo, straight, turned), people[index])
        for index, photo in enumerate(stills)
        if abs(photo.yaw) < STRAIGHT
        for straight, turned in _frames_of(stills, photo)
    ]
    return Trials(np.array([score for score, _ in rows]), np.array([who for _, who in rows], np.intp))


def sitting_bursts(stills: Sequence[Still], engine: str) -> Trials:
    """Each photo with two later frames of its sitting, however the head is turned."""
    people = numbered([still.person for still in stills])
    rows = []
    for index, photo in enumerate(stills):
        later = [still for still in stills[index + 1 :] if still.sitting == photo.sitting][APART - 1 :: APART]
        if len(later) > 1:
            rows.append((_least(engine, photo, later[0], later[1]), people[index]))
    return Trials(np.array([score for score, _ in rows]), np.array([who for _, who in rows], np.intp))


def swapped_bursts(stills: Sequence[Still], engine: str) -> Trials:
    """Each straight photo with a turned frame of somebody else: a friend's photo, an own head."""
    people = numbered([still.person for still in stills])
    scores, who = [], []
    for index, photo in enumerate(stills):
        if abs(photo.yaw) >= STRAIGHT:
            continue
        for other in range(len(stills)):
            head = stills[other]
            if head.person != photo.person and TURNED[0] <= abs(head.yaw - photo.yaw) < TURNED[1]:
                scores.append(float(photo.photo[engine] @ head.frame[engine]))
                who.append((people[index], people[other]))
    return Trials(np.array(scores), np.array(who, np.intp).reshape(-1, 2))


def impostors(embedded: Embedded) -> Trials:
    """Each pair of photos of two people."""
    people = numbered(embedded.identities)
    first, second = np.triu_indices(len(people), k=1)
    two = people[first] != people[second]
    scores = (embedded.embeddings @ embedded.embeddings.T)[first[two], second[two]].astype(np.float64)
    return Trials(scores, np.stack([people[first[two]], people[second[two]]], axis=1))


def chosen(trials: Trials, policy: DecisionPolicy) -> float:
    """The policy's threshold for ``FMR``, within those that refuse no burst and ``MOST_REFUSED``."""
    least, most = np.quantile(trials.scores, [0, MOST_REFUSED])
    return float(np.floor(np.clip(policy.search.at(FMR), least, most) / STEP) * STEP)


def _frames_of(stills: Sequence[Still], photo: Still) -> Iterator[tuple[Still, Still]]:
    own = [still for still in stills if still.sitting == photo.sitting and still is not photo]
    for straight in own:
        if abs(straight.yaw) < STRAIGHT:
            middle = (photo.yaw + straight.yaw) / 2
            for turned in own:
                if turned is not straight and TURNED[0] <= abs(turned.yaw - middle) < TURNED[1]:
                    yield straight, turned


def _least(engine: str, photo: Still, straight: Still, turned: Still) -> float:
    first, second, third = photo.photo[engine], straight.frame[engine], turned.frame[engine]
    return float(min(first @ second, first @ third, second @ third))


@click.command(help=__doc__)
@click.argument("faces", type=click.Path(path_type=Path))
@click.argument("attacks", type=click.Path(path_type=Path))
@click.option("--cache", type=click.Path(path_type=Path), help="Folder in which embeddings are kept.")
@engine_option
@detector_option
def main(
    *,
    faces: Path,
    attacks: Path,
    cache: Path | None,
    engines: tuple[str, ...] = ENGINES,
    detectors: tuple[str, ...] = DETECTORS,
) -> None:
    """Measure and print a row for each engine and detector."""
    console = Console(width=WIDTH)
    table = Table("", "from", "two people", "alike", "swapped: ORL", "webcam", "refused: ORL; webcam")
    table.title = "In %, with 95 % intervals over people; swapped: a friend's photo with another head"
    with plain_errors():
        groups = read_groups(faces / GROUPS)
        others = {name for name, group in groups.items() if group != CALIBRATED}
        for detector in detectors:
            pipelines = [pipeline_for(engine, detector) for engine in engines]
            turned = turned_stills(attacks / "orl", pipelines)
            webcam = webcam_stills(attacks / "nuaa" / "live", pipelines)
            for engine in engines:
                many, *few = (
                    embedded_folder(console, faces / name, (engine,), detector, cache=cache)[
                        ENGINE_NAMES[engine]
                    ]
                    for name in (MANY, *FEW)
                )
                ordinary = joined([of_people(many, set(groups) - others), *few])
                policy = policy_for(ENGINE_NAMES[engine], detector)
                cells = measured(policy, turned, webcam, ordinary, of_people(many, others))
                table.add_row(f"{engine}, {detector}", *cells)
    console.print(table)


def measured(
    policy: DecisionPolicy,
    turned: Sequence[Still],
    webcam: Sequence[Still],
    ordinary: Embedded,
    alike: Embedded,
) -> list[str]:
    """The cells of a row.

    Args:
        policy: of the engine and detector.
        turned: stills of turned heads.
        webcam: frames of people before a webcam.
        ordinary: photos of people without a group.
        alike: photos of people of one group.
    """
    engine = policy.engine
    used = [still for still in turned if still.person in CHOSEN_ON]
    at = chosen(genuine_bursts(used, engine), policy)
    others = [still for still in turned if still.person not in CHOSEN_ON]
    pairs = (
        impostors(ordinary),
        impostors(alike),
        swapped_bursts(others, engine),
        swapped_bursts(webcam, engine),
    )
    own = [genuine_bursts(others, engine), sitting_bursts(webcam, engine)]
    refused = [f"{_cell(each.fail(at))} of {len(each.scores)}" for each in own]
    return [f"{at:.3f}", *(_cell(each.reach(at)) for each in pairs), "; ".join(refused)]


def _cell(found: Estimate) -> str:
    return f"{100 * found.value:.2g} ({100 * found.low:.2g}-{100 * found.high:.2g})"


if __name__ == "__main__":
    main()
