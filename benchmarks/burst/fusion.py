"""Measure whether a check-in's burst identifies better than its photo alone, at the same rate of wrong names.

    python -m benchmarks.burst.fusion ../shared/faces ../shared/attacks [--engine NAME]

FACES is the folder with lfw10 and lfw150gray, ATTACKS the one with orl and nuaa. Students of a class of 60
have two photos enrolled. A burst is a photo and four frames that look straight: of one photo that is moved,
blurred, brighter or noisier ("hand-held"), of stills of several moments ("stills"), of one sitting before a
webcam, and of photos of other days, which differ more than any burst (a photo and two more). The threshold of
each rule is the one that 0.3 % of the strangers with hand-held bursts reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.made_up_classes import CheckInCounts
from benchmarks.apparatus.recognition import ENGINES, pipeline_for, plain_errors
from benchmarks.burst.sittings import Still, turned_stills, webcam_stills
from benchmarks.trials.bursts import Burst, BurstPeople, by_person, hand_held, other_days
from benchmarks.trials.cells import percent
from benchmarks.trials.class_of_sixty import ENROLLED, SIZE, classes, gallery_of
from face_detection.pipeline import FacePipeline
from face_matching.decision import PROVEN_SHARE, DecisionPolicy
from face_matching.evaluation.bootstrap import Estimate
from face_matching.gallery import Gallery
from face_matching.thresholds import policy_for
from face_matching.tracks.probe_fusion import Observation, fused_probe
from face_matching.weighted_scores import Floats, scores_of

CLASSES = 20
FRAMES = 4
STRAIGHT = 0.25  # tangent of the yaw up to which a frame looks straight
STEP = 9  # stills from one burst to the next

Rule = Callable[[DecisionPolicy, Gallery, Burst], Floats]
"""The scores of a burst for all students, ``(P,)`` float64."""


def snapshot(policy: DecisionPolicy, gallery: Gallery, burst: Burst) -> Floats:
    """Those of the photo alone."""
    return _scores(policy, gallery, burst[0].embedding)


def mean(policy: DecisionPolicy, gallery: Gallery, burst: Burst) -> Floats:
    """Those of the mean of all, at unit length."""
    return _scores(policy, gallery, fused_probe(_equal(burst))[0])


def root_mean(policy: DecisionPolicy, gallery: Gallery, burst: Burst) -> Floats:
    """Those of the mean of all, times the square root of its length."""
    return _scores(policy, gallery, *fused_probe(_equal(burst)))


def by_quality(policy: DecisionPolicy, gallery: Gallery, burst: Burst) -> Floats:
    """The same with better frames weighing more."""
    return _scores(policy, gallery, *fused_probe(burst))


def half_photo(policy: DecisionPolicy, gallery: Gallery, burst: Burst) -> Floats:
    """The same with the photo weighing as much as all frames."""
    rest = 1 / max(1, len(burst) - 1)
    weighed = [Observation(each.embedding, rest if i else 1.0, 0.0) for i, each in enumerate(burst)]
    return _scores(policy, gallery, *fused_probe(weighed))


def best(policy: DecisionPolicy, gallery: Gallery, burst: Burst) -> Floats:
    """The best score of each student with any of them."""
    judged = policy.judge(gallery, np.stack([each.embedding for each in burst]))
    return np.asarray(judged.scores.max(axis=0))


RULES: Mapping[str, Rule] = {
    "photo alone": snapshot,
    "mean": mean,
    "root-normalised mean": root_mean,
    "the same, by quality": by_quality,
    "the same, photo half": half_photo,
    "best of all": best,
}


def burst_people(
    stills: Sequence[Still], fill: Mapping[str, Sequence[Observation]], engine: str
) -> BurstPeople:
    """Bursts of people before a camera: the first two straight stills are enrolled, the others searched."""
    cast = BurstPeople(fill={name: own[:ENROLLED] for name, own in fill.items()})
    for person in sorted({still.person for still in stills}):
        own = [still for still in stills if still.person == person and abs(still.yaw) < STRAIGHT]
        step = max(1, len(own) // STEP)
        cast.enrolled[person] = [Observation(each.photo[engine], 1.0, 0.0) for each in own[:ENROLLED]]
        later = own[ENROLLED:]
        cast.bursts[person] = [
            [
                Observation(photo.photo[engine], 1.0, 0.0),
                *(
                    Observation(later[(place + after) % len(later)].frame[engine], 1.0, 0.0)
                    for after in range(1, FRAMES + 1)
                ),
            ]
            for place, photo in list(enumerate(later))[::step]
            if len(later) > FRAMES
        ]
    return cast


def searches(
    policy: DecisionPolicy, cast: BurstPeople, rule: Rule
) -> tuple[Floats, NDArray[np.intp], Floats]:
    """What bursts of students and of strangers reach.

    Returns:
        The score of each student's burst, -inf where another student is first; its person; and the best score
        of each stranger's burst.
    """
    everybody = {**cast.fill, **cast.enrolled}
    number = {name: place for place, name in enumerate(sorted(everybody))}
    own: list[float] = []
    people: list[int] = []
    strangers: list[float] = []
    for members, others in _classes(cast):
        rows = {name: np.stack([each.embedding for each in everybody[name]]) for name in members}
        gallery = gallery_of(policy.engine, rows)
        for name in (*members, *others):
            for burst in cast.bursts.get(name, ()):
                scores, place = rule(policy, gallery, burst), gallery.place(name)
                if place is None:
                    strangers.append(float(scores.max()))
                else:
                    own.append(float(scores[place]) if scores.argmax() == place else -np.inf)
                    people.append(number[name])
    return np.array(own), np.array(people, np.intp), np.array(strangers)


def missed(found: tuple[Floats, NDArray[np.intp], Floats], threshold: float) -> Estimate:
    """How many students are not marked at a threshold, with a 95 % interval over people."""
    own, people, _ = found
    counts = CheckInCounts(int(people.max()) + 1)
    for score, person in zip(own, people, strict=True):
        counts.add(int(person), "marked" if score >= threshold else "missed")
    return counts.share("missed")


def _classes(cast: BurstPeople) -> list[tuple[list[str], list[str]]]:
    if not cast.fill:
        return [(members, others) for members, others, _ in classes(sorted(cast.enrolled), CLASSES)]
    room = SIZE - len(cast.enrolled)
    return [([*cast.enrolled, *filled], []) for filled, _, _ in classes(sorted(cast.fill), CLASSES, room)]


def _equal(burst: Burst) -> list[Observation]:
    return [Observation(each.embedding, 1.0, 0.0) for each in burst]


def _scores(
    policy: DecisionPolicy, gallery: Gallery, probe: NDArray[np.float32], factor: float = 1.0
) -> Floats:
    judged = policy.judge(gallery, probe[np.newaxis], factors=np.array([factor]))
    return np.asarray(judged.scores[0], np.float64)


def casts_of(pipeline: FacePipeline, faces: Path, attacks: Path) -> dict[str, BurstPeople]:
    """The people of each kind of burst, by its name; hand-held ones first."""
    folders = [faces / "lfw10", faces / "lfw150gray"]
    people, engine = by_person(pipeline, folders), pipeline.engine_name
    return {
        "hand-held": hand_held(pipeline, folders, people),
        "stills": burst_people(turned_stills(attacks / "orl", [pipeline]), people, engine),
        "webcam": burst_people(webcam_stills(attacks / "nuaa" / "live", [pipeline]), people, engine),
        "other days": other_days(people, 3),
    }


@click.command(help=__doc__)
@click.argument("faces", type=click.Path(path_type=Path))
@click.argument("attacks", type=click.Path(path_type=Path))
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
def main(*, faces: Path, attacks: Path, engine: str) -> None:
    """Measure and print the table."""
    console = Console(width=130)
    with plain_errors():
        pipeline = pipeline_for(engine, "mtcnn")
        policy = policy_for(pipeline.engine_name, pipeline.detector_name)
        casts = casts_of(pipeline, faces, attacks)
        table = Table("rule", "threshold", *(f"{name}: not marked %" for name in casts))
        table.title = f"{pipeline.engine_name}, class of {SIZE}"
        for label, rule in RULES.items():
            found = {name: searches(policy, cast, rule) for name, cast in casts.items()}
            rate = policy.fpir * PROVEN_SHARE
            threshold = scores_of(found["hand-held"][2]).threshold_at(rate)
            cells = [percent(missed(each, threshold), 2) for each in found.values()]
            table.add_row(label, f"{threshold:.3f}", *cells)
    console.print(table)


if __name__ == "__main__":
    main()
