"""Who a face that is followed through a video is, decided on several frames that agree."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Candidate, Gallery
from face_matching.probe_fusion import Agreement, Look, decide_together, fused_probe
from face_matching.similarity import Embeddings, unit_rows

CHANCES = 1.3
"""How many times as often as by one decision a stranger passes by any of three, after 3, 5 and 8 looks at one
face: docs/video.md, ``python -m benchmarks.tracks``."""


@dataclass(frozen=True)
class EvidenceRules:
    """How often a face is looked at, and what must agree.

    A look is one embedding of one frame. A stranger has a new chance with each decision, so that there are
    few of them, and each is made more strictly for the others.

    Attributes:
        agreement: how many looks must each find the same student nearest for a match.
        decide_at: numbers of looks at which is decided; after the last one it is settled.
        pauses: seconds between two looks before the first decision, the second, and so on.
        check_again: seconds after which a settled face is looked at again, whether it is still the same.
        keep: how many looks are kept, the best ones.
        chances: see ``CHANCES``; goes with ``decide_at``.
        most_restarts: how often a track may start anew because its face has become another one; then it is
            nobody's any more.
    """

    agreement: Agreement = field(default_factory=Agreement)
    decide_at: tuple[int, ...] = (3, 5, 8)
    pauses: tuple[float, ...] = (0.15, 0.5, 2.0)
    check_again: float = 3.0
    keep: int = 8
    chances: float = CHANCES
    most_restarts: int = 3


@dataclass(frozen=True)
class NotYet:
    """Not decided yet; how many looks there are."""

    looks: int


Standing = Decision | NotYet
"""Match, Doubtful, Unknown or NotYet: all but a match may still change until it is settled."""


@dataclass
class _Record:
    """What is known of one track."""

    looks: list[Look] = field(default_factory=list)
    count: int = 0  # looks so far, kept or not
    decided_at: int = 0  # the number of looks that the last decision was made at
    standing: Decision | None = None
    odd: Look | None = None  # the last look, where it showed somebody else
    restarts: int = 0
    next_at: float = -math.inf


class TrackEvidence:
    """Gathers looks at faces that are followed, and decides who they are. For one thread.

    Args:
        gallery: whom to search; None: nobody. May be set anew, and counts for the decisions to come.
        policy: the rule of decision.
        rules: how often is looked, and what must agree.
    """

    def __init__(
        self, gallery: Gallery | None, policy: DecisionPolicy, rules: EvidenceRules | None = None
    ) -> None:
        self.gallery = gallery
        self.policy = policy
        self.rules = rules or EvidenceRules()
        self._records: dict[int, _Record] = {}

    def due(self, track_id: int, at: float) -> bool:
        """Whether a look at this track would help now.

        Args:
            track_id: of a track that is visible.
            at: the time of the frame, in seconds.
        """
        record = self._records.get(track_id)
        return record is None or at >= record.next_at

    def add(self, track_id: int, embedding: Embeddings, *, quality: float, at: float) -> None:
        """Take a look.

        A look that shows somebody else than those before is set aside; the second one like it in a row means
        that the track has passed to another face, and everything starts anew with these two.

        Args:
            track_id: whose.
            embedding: ``(D,)`` float32 of length 1, of the gallery's engine.
            quality: 0 to 1; how much it counts.
            at: the time of the frame, in seconds.

        Raises:
            EmbeddingError: it has a wrong shape, is not finite or not of length 1.
        """
        look = Look(unit_rows(embedding[None], what="the look")[0], quality, at)
        record = self._records.setdefault(track_id, _Record())
        if record.looks and not self._agrees(look, record.looks):
            if record.odd is not None and self._agrees(look, [record.odd]):
                self._start_anew(record, [record.odd, look])
            else:
                record.odd = look
        else:
            record.odd = None
            if not self._is_settled(record):
                self._keep(record, look)
        record.next_at = at + self._pause(record)

    def skip(self, track_id: int, at: float) -> None:
        """Note that the face was not fit for a look, so that the next one has to wait a moment."""
        record = self._records.setdefault(track_id, _Record())
        record.next_at = at + self._pause(record)

    def decide(self, visible: Collection[int]) -> dict[int, Standing]:
        """Decide what is to be decided, each student for one visible face at most.

        Args:
            visible: ids of the tracks in this frame.

        Returns:
            How each of them stands.

        Raises:
            EngineMismatchError: the embeddings are of another engine than the templates.
        """
        records = [self._records[track_id] for track_id in visible if track_id in self._records]
        least = self.rules.decide_at[0]
        rivals = [record for record in records if record.count >= least]
        if any(self._is_pending(record) for record in rivals):
            rules, looks = self.rules, [record.looks for record in rivals]
            decisions = decide_together(
                self.gallery, looks, self.policy, rules.agreement, chances=rules.chances
            )
            taken = {r.standing.student_id for r in rivals if isinstance(r.standing, Match)}
            for record, decision in zip(rivals, decisions, strict=True):
                if self._is_pending(record):
                    record.decided_at = record.count
                    record.standing = _unless_taken(decision, taken)
        return {track_id: self.standing(track_id) for track_id in visible}

    def standing(self, track_id: int) -> Standing:
        """How a track stands; one that was never looked at is ``NotYet(0)``."""
        record = self._records.get(track_id)
        if record is None or record.standing is None:
            return NotYet(0 if record is None else record.count)
        return record.standing

    def is_settled(self, track_id: int) -> bool:
        """Whether a track's standing stays as it is, unless its face becomes another one."""
        record = self._records.get(track_id)
        return record is not None and self._is_settled(record) and not self._is_pending(record)

    def looks(self, track_id: int) -> tuple[Look, ...]:
        """The kept looks at a track, in order of time."""
        record = self._records.get(track_id)
        return () if record is None else tuple(sorted(record.looks, key=lambda look: look.at))

    def starts(self, track_id: int) -> int:
        """How often a track has started anew because its face became another one."""
        record = self._records.get(track_id)
        return 0 if record is None else record.restarts

    def keep_only(self, track_ids: Iterable[int]) -> None:
        """Forget all tracks but these."""
        wanted = set(track_ids)
        self._records = {key: record for key, record in self._records.items() if key in wanted}

    def _agrees(self, look: Look, others: list[Look]) -> bool:
        """Whether a look shows the same person as others, as far as two photos can tell."""
        direction, _ = fused_probe(others)
        return self.policy.same_person(float(look.embedding @ direction))

    def _keep(self, record: _Record, look: Look) -> None:
        record.count += 1
        kept = sorted([*record.looks, look], key=lambda each: -each.quality)
        record.looks = kept[: self.rules.keep]

    def _start_anew(self, record: _Record, looks: list[Look]) -> None:
        record.odd, record.looks = None, looks
        record.restarts += 1
        if record.restarts <= self.rules.most_restarts:
            record.count, record.decided_at, record.standing = len(looks), 0, None
        else:  # each start is another chance for a stranger: there is none left
            record.count = record.decided_at = self.rules.decide_at[-1]
            record.standing = Unknown(None)

    def _is_settled(self, record: _Record) -> bool:
        return isinstance(record.standing, Match) or record.count >= self.rules.decide_at[-1]

    def _is_pending(self, record: _Record) -> bool:
        """Whether a number of looks was reached at which is decided, and it was not."""
        passed = bisect_right(self.rules.decide_at, record.count)
        return not isinstance(record.standing, Match) and passed > bisect_right(
            self.rules.decide_at, record.decided_at
        )

    def _pause(self, record: _Record) -> float:
        if record.odd is not None:
            return self.rules.pauses[0]
        if self._is_settled(record):
            return self.rules.check_again
        return self.rules.pauses[bisect_right(self.rules.decide_at, record.count)]


def _unless_taken(decision: Decision, taken: set[str]) -> Decision:
    """A match with a student whom another visible face was found to be is a doubt."""
    if isinstance(decision, Match) and decision.student_id in taken:
        return Doubtful((Candidate(decision.student_id, decision.score),), Doubt.RIVAL)
    return decision
