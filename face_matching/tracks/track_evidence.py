"""Identifies tracked faces from several frames that agree."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from face_matching.candidates import Candidate
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.face_pairs import judge_pairs
from face_matching.gallery import Gallery
from face_matching.similarity import Embeddings, unit_rows
from face_matching.tracks.evidence_rules import EvidenceRules
from face_matching.tracks.probe_fusion import Observation, decide_together, fused_probe


@dataclass(frozen=True)
class Undecided:
    """A track without a decision so far.

    Attributes:
        observations: number of observations so far.
    """

    observations: int


TrackDecision = Decision | Undecided
"""Match, Doubtful, Unknown or Undecided; anything except a match may change until it is settled."""


@dataclass
class _Record:
    """The state of one track."""

    observations: list[Observation] = field(default_factory=list)
    count: int = 0  # observations so far, including discarded ones
    decided_at: int = 0  # number of observations at the last decision
    decision: Decision | None = None
    outlier: Observation | None = None  # the last observation, if it shows another person
    restarts: int = 0
    next_at: float = -math.inf


class TrackEvidence:
    """Collects observations of tracked faces and decides who they are. Not thread-safe.

    Args:
        gallery: the gallery to search; None means an empty one. May be replaced; later decisions use the new
            one, and nobody stays named who is no longer in it.
        policy: the policy for a single face.
        rules: how often faces are observed, and what must agree.
    """

    def __init__(
        self, gallery: Gallery | None, policy: DecisionPolicy, rules: EvidenceRules | None = None
    ) -> None:
        self._gallery = gallery
        self.policy = policy
        self.rules = rules or EvidenceRules()
        self._records: dict[int, _Record] = {}

    @property
    def gallery(self) -> Gallery | None:
        """The gallery to search; None is an empty one."""
        return self._gallery

    @gallery.setter
    def gallery(self, gallery: Gallery | None) -> None:
        if gallery is self._gallery:
            return
        self._gallery = gallery
        for record in self._records.values():
            if any(gallery is None or gallery.place(each) is None for each in _named(record.decision)):
                record.count = record.decided_at = self.rules.decide_at[-1]  # nobody else is sought instead
                record.decision = Unknown(None)

    def due(self, track_id: int, at: float) -> bool:
        """Whether another observation of a track is due.

        Args:
            track_id: id of a visible track.
            at: time of the frame in seconds.
        """
        record = self._records.get(track_id)
        return record is None or at >= record.next_at

    def add(self, track_id: int, embedding: Embeddings, *, quality: float, at: float) -> None:
        """Add an observation.

        An observation of another person than before is set aside as an outlier. If the next one shows that
        person, too, the track has moved to another face and restarts with these two.

        Args:
            track_id: id of the track.
            embedding: ``(D,)`` float32 of unit length, from the gallery's engine.
            quality: weight of the observation, 0 to 1.
            at: time of the frame in seconds.

        Raises:
            EmbeddingError: the embedding has a wrong shape, is not finite or not of unit length.
        """
        observation = Observation(unit_rows(embedding[None], what="the observation")[0], quality, at)
        record = self._records.setdefault(track_id, _Record())
        if record.observations and not self._agrees(observation, record.observations):
            if record.outlier is not None and self._agrees(observation, [record.outlier]):
                self._restart(record, [record.outlier, observation])
            else:
                record.outlier = observation
        else:
            record.outlier = None
            if not self._is_settled(record):
                self._keep(record, observation)
        record.next_at = at + self._pause(record)

    def skip(self, track_id: int, at: float) -> None:
        """Record that the face could not be observed now, and postpone the next observation."""
        record = self._records.setdefault(track_id, _Record())
        record.next_at = at + self._pause(record)

    def decide(self, visible: Collection[int]) -> dict[int, TrackDecision]:
        """Make all due decisions; each student is matched with at most one visible face.

        Args:
            visible: ids of the tracks in this frame.

        Returns:
            The current decision about each of them.

        Raises:
            GalleryMismatchError: the embeddings are from another engine than the templates.
        """
        records = [self._records[track_id] for track_id in visible if track_id in self._records]
        least = self.rules.decide_at[0]
        rivals = [record for record in records if record.count >= least]
        if any(self._is_pending(record) for record in rivals):
            rules, observations = self.rules, [record.observations for record in rivals]
            decisions = decide_together(
                self.gallery,
                observations,
                self.policy,
                rules.agreement,
                attempts_factor=rules.attempts_factor,
            )
            taken = {r.decision.student_id for r in rivals if isinstance(r.decision, Match)}
            for record, decision in zip(rivals, decisions, strict=True):
                if self._is_pending(record):
                    record.decided_at = record.count
                    record.decision = _unless_taken(decision, taken)
        return {track_id: self.decision(track_id) for track_id in visible}

    def decision(self, track_id: int) -> TrackDecision:
        """The current decision about a track; ``Undecided(0)`` if it was never observed."""
        record = self._records.get(track_id)
        if record is None or record.decision is None:
            return Undecided(0 if record is None else record.count)
        return record.decision

    def is_settled(self, track_id: int) -> bool:
        """Whether the decision about a track is final, unless its face changes."""
        record = self._records.get(track_id)
        return record is not None and self._is_settled(record) and not self._is_pending(record)

    def observations(self, track_id: int) -> tuple[Observation, ...]:
        """The kept observations of a track in chronological order."""
        record = self._records.get(track_id)
        if record is None:
            return ()
        return tuple(sorted(record.observations, key=lambda observation: observation.at))

    def restarts(self, track_id: int) -> int:
        """How often a track has restarted because its face changed."""
        record = self._records.get(track_id)
        return 0 if record is None else record.restarts

    def keep_only(self, track_ids: Iterable[int]) -> None:
        """Forget all tracks except these."""
        wanted = set(track_ids)
        self._records = {key: record for key, record in self._records.items() if key in wanted}

    def _agrees(self, observation: Observation, others: list[Observation]) -> bool:
        """Whether an observation shows the same person as others, in one-to-one comparison."""
        direction, _ = fused_probe(others)
        judged = judge_pairs(self.policy, self.gallery, observation.embedding[None], direction[None])
        return bool(judged.scores[0, 0] >= judged.same_person_at)

    def _keep(self, record: _Record, observation: Observation) -> None:
        record.count += 1
        kept = sorted([*record.observations, observation], key=lambda each: -each.quality)
        record.observations = kept[: self.rules.keep]

    def _restart(self, record: _Record, observations: list[Observation]) -> None:
        record.outlier, record.observations = None, observations
        record.restarts += 1
        if record.restarts <= self.rules.most_restarts:
            record.count, record.decided_at, record.decision = len(observations), 0, None
        else:  # each restart is another chance for a false match, and none is left
            record.count = record.decided_at = self.rules.decide_at[-1]
            record.decision = Unknown(None)

    def _is_settled(self, record: _Record) -> bool:
        return isinstance(record.decision, Match) or record.count >= self.rules.decide_at[-1]

    def _is_pending(self, record: _Record) -> bool:
        """Whether a decision is due and was not made yet."""
        passed = bisect_right(self.rules.decide_at, record.count)
        return not isinstance(record.decision, Match) and passed > bisect_right(
            self.rules.decide_at, record.decided_at
        )

    def _pause(self, record: _Record) -> float:
        if record.outlier is not None:
            return self.rules.pauses[0]
        if self._is_settled(record):
            return self.rules.check_again
        return self.rules.pauses[bisect_right(self.rules.decide_at, record.count)]


def _named(decision: Decision | None) -> tuple[str, ...]:
    """The students whom a decision is about."""
    if isinstance(decision, Match):
        return (decision.student_id,)
    return tuple(each.student_id for each in decision.candidates) if isinstance(decision, Doubtful) else ()


def _unless_taken(decision: Decision, taken: set[str]) -> Decision:
    """Turn a match with a student who is already matched with another visible face into a doubt."""
    if isinstance(decision, Match) and decision.student_id in taken:
        return Doubtful((Candidate(decision.student_id, decision.score),), Doubt.RIVAL)
    return decision
