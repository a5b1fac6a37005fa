"""Measure what templates that follow a student over a term would gain, and how fast somebody else creeps in.

    python -m benchmarks.trials.following FOLDER [FOLDER ...] --attackers FOLDER [--cache FOLDER]

A FOLDER contains a folder for each person. Two photos are enrolled in a class of 60, the following ones check
in, and those that match their student far above the threshold join the template; the last photo measures the
gain. An attacker from the other folder shows a blend of both faces with as much of their own as still joins,
and more at the next session: they are in when their own face is marked. The photos have no order in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.embedding_cache import embedded_folder, joined
from benchmarks.apparatus.face_folder import BenchmarkError, central_face, labelled_photos
from benchmarks.apparatus.made_up_classes import CheckInCounts
from benchmarks.apparatus.recognition import pipeline_for, plain_errors
from benchmarks.trials.cells import percent
from benchmarks.trials.class_of_sixty import ENROLLED, SIZE, classes, decisions, gallery_of, photos_of
from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.image_embedding import NetworkEngine
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline
from face_detection.values import Pixels
from face_matching.decision import DecisionPolicy, Match
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.proportions import wilson
from face_matching.thresholds import policy_for

STRICT = 0.1
"""A check-in joins the template if it would be marked at this part of the FPIR."""

MOST_TEMPLATES = 5
LEAST_PHOTOS = 5
CLASSES = 20
SESSIONS = 20
BLENDS = np.linspace(0, 1, 21)
"""Parts of the attacker's face in what is shown."""

VICTIMS = 40

Rows = NDArray[np.float32]
Rule = Callable[[Rows, Rows], Rows]


def fixed(template: Rows, probe: Rows) -> Rows:  # noqa: ARG001 - as the others
    """The enrolled photos stay."""
    return template


def rolling(template: Rows, probe: Rows) -> Rows:
    """The newest photos stay; the enrolled ones go first."""
    return np.concatenate([template, probe[np.newaxis]])[-MOST_TEMPLATES:]


def anchored(template: Rows, probe: Rows) -> Rows:
    """The enrolled photos stay, with the newest of the others."""
    newest = np.concatenate([template[ENROLLED:], probe[np.newaxis]])[-(MOST_TEMPLATES - ENROLLED) :]
    return np.concatenate([template[:ENROLLED], newest])


RULES: Mapping[str, Rule] = {"fixed": fixed, "rolling": rolling, "anchored": anchored}


class Class:
    """A class whose templates may change.

    Args:
        policy: the rule of decision.
        templates: the enrolled photos of each student.
    """

    def __init__(self, policy: DecisionPolicy, templates: Mapping[str, Rows]) -> None:
        self._policy = policy
        self._strict = replace(policy, fpir=policy.fpir * STRICT)
        self.templates = dict(templates)
        self._gallery = gallery_of(policy.engine, self.templates)

    def marked(self, claims: Sequence[str], probes: Rows, *, strict: bool = False) -> list[bool]:
        """Which of the probes are marked as the students they claim to be, without review.

        Args:
            claims: the student of each probe.
            probes: ``(F, D)`` float32.
            strict: with the confidence that is needed to join the template.
        """
        found = decisions(self._strict if strict else self._policy, self._gallery, probes)
        pairs = zip(found, claims, strict=True)
        return [isinstance(each, Match) and each.student_id == claim for each, claim in pairs]

    def session(self, claims: Sequence[str], probes: Rows, rule: Rule) -> list[bool]:
        """Let one photo of each student join the template, if it matches well enough.

        Returns:
            Whether it did, for each probe.
        """
        joined_now = self.marked(claims, probes, strict=True)
        for claim, probe, joins in zip(claims, probes, joined_now, strict=True):
            if joins:
                self.templates[claim] = rule(self.templates[claim], probe)
        if any(joined_now):
            self._gallery = gallery_of(self._policy.engine, self.templates)
        return joined_now


def gain(policy: DecisionPolicy, people: Mapping[str, Rows], rule: Rule | None) -> Estimate:
    """How many students are not marked at once with their last photo, after checking in with the others.

    Args:
        policy: the rule of decision.
        people: all photos of each person.
        rule: changes the templates; None enrols all photos but the last, as a person would.
    """
    names = sorted(people)
    counts = CheckInCounts(len(names))
    for members, _, rng in classes(names, CLASSES):
        order = {name: people[name][rng.permutation(len(people[name]))] for name in members}
        several = [name for name in members if len(people[name]) >= LEAST_PHOTOS]
        enrolled = {
            name: own[: len(own) - 1 if rule is None and name in several else min(ENROLLED, len(own))]
            for name, own in order.items()
        }
        own_class = Class(policy, enrolled)
        if rule is not None:
            for number in range(ENROLLED, max(map(len, people.values())) - 1):
                here = [name for name in several if number < len(order[name]) - 1]
                own_class.session(here, np.stack([order[name][number] for name in here]), rule)
        last = own_class.marked(several, np.stack([order[name][-1] for name in several]))
        for name, marked in zip(several, last, strict=True):
            counts.add(names.index(name), "marked" if marked else "not marked")
    return counts.share("not marked")


def sessions_until_in(own_class: Class, victim: str, blends: Rows, rule: Rule) -> int | None:
    """At which session the attacker's own face is marked as the victim; None if at none.

    Args:
        own_class: the victim's class.
        victim: the student.
        blends: ``(len(BLENDS), D)`` float32, from the victim's face to the attacker's.
        rule: changes the template.
    """
    for session in range(1, SESSIONS + 1):
        if own_class.marked([victim], blends[-1:])[0]:
            return session
        joining = np.flatnonzero(own_class.marked([victim] * len(blends), blends, strict=True))
        if rule is fixed or not len(joining):
            return None
        own_class.session([victim], blends[joining[-1:]], rule)
    return None


def blended(engine: NetworkEngine, victim: Pixels, attacker: Pixels) -> Rows:
    """Embeddings of blends of two aligned chips, RGB uint8 ``(side, side, 3)``: ``(len(BLENDS), D)``."""
    parts = BLENDS[:, np.newaxis, np.newaxis, np.newaxis]
    chips = (victim * (1 - parts) + attacker * parts).round().astype(np.uint8)
    return engine.embed_chips(chips)


def chip_of(pipeline: FacePipeline, engine: NetworkEngine, path: Path) -> Pixels | None:
    """The aligned face of a photo, or None without a face."""
    photo = decode(path.read_bytes())
    face = central_face(photo, pipeline.detector.detect(photo))
    return None if face is None else engine.chip(photo.pixels, face)


def nearest(template: Rows, others: Mapping[str, Rows]) -> str:
    """Whose first photo resembles the mean of a template ``(n, D)`` most."""
    names = list(others)
    return names[int((np.stack([others[name][0] for name in names]) @ template.mean(axis=0)).argmax())]


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--attackers", required=True, type=click.Path(path_type=Path))
@click.option("--cache", type=click.Path(path_type=Path), help="Folder in which embeddings are kept.")
def main(*, folders: tuple[Path, ...], attackers: Path, cache: Path | None) -> None:
    """Measure and print both tables."""
    console = Console(width=110)
    with plain_errors():
        pipeline = pipeline_for("retail", "mtcnn")
        engine = pipeline.engine
        if not isinstance(engine, NetworkEngine):
            raise BenchmarkError(f"{engine.name} has no chips that can be blended")
        policy = policy_for(pipeline.engine_name, pipeline.detector_name)
        read = [
            embedded_folder(console, folder, ("retail",), "mtcnn", cache=cache)[ENGINE_NAMES["retail"]]
            for folder in (*folders, attackers)
        ]
        people, others = photos_of(joined(read[:-1])), photos_of(read[-1])
        several = sum(len(own) >= LEAST_PHOTOS for own in people.values())
        table = Table("templates", "not marked at once %", title=f"{several} people, class of {SIZE}")
        for name, rule in (*RULES.items(), ("all photos enrolled", None)):
            table.add_row(name, percent(gain(policy, people, rule)))
        console.print(table)
        paths = {photo.identity: photo.path for photo in reversed(labelled_photos([*folders, attackers]))}
        console.print(_attacks(pipeline, engine, policy, (people, others), paths))


def _attacks(
    pipeline: FacePipeline,
    engine: NetworkEngine,
    policy: DecisionPolicy,
    everybody: tuple[Mapping[str, Rows], Mapping[str, Rows]],
    paths: Mapping[str, Path],
) -> Table:
    people, others = everybody
    [(members, _, rng)] = list(classes(sorted(people), 1))
    templates = {name: people[name][:ENROLLED] for name in members}
    choices: dict[str, Callable[[str], str]] = {
        "anybody": lambda _: str(rng.choice(sorted(others))),
        "the most alike": lambda victim: nearest(templates[victim], others),
    }
    table = Table("attacker", "templates", "at once", "later", "sessions", "in % at last")
    table.title = f"{VICTIMS} victims, attackers from {len(others)} people, {SESSIONS} sessions"
    for kind, choose in choices.items():
        pairs = []
        for victim in members[:VICTIMS]:
            chips = [chip_of(pipeline, engine, paths[name]) for name in (victim, choose(victim))]
            if chips[0] is not None and chips[1] is not None:
                pairs.append((victim, blended(engine, chips[0], chips[1])))
        for name, rule in RULES.items():
            found = [sessions_until_in(Class(policy, templates), *pair, rule) for pair in pairs]
            table.add_row(kind, name, *outcome(found))
    return table


def outcome(sessions: Sequence[int | None]) -> tuple[str, ...]:
    """How many are in at once and later, after how many sessions (median), and the share of all."""
    later = [each for each in sessions if each is not None and each > 1]
    at_once = sessions.count(1)
    share = wilson(at_once + len(later), len(sessions))
    return str(at_once), str(len(later)), f"{median(later):g}" if later else "-", percent(share)


if __name__ == "__main__":
    main()
