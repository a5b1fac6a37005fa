"""Who a face that is followed through a video is, decided on several frames that agree."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from face_matching.decision import Decision, DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.similarity import Embeddings


@dataclass(frozen=True)
class EvidenceRules:
    """How often a face is looked at, and what must agree.

    A look is one embedding of one frame. A stranger has a new chance with each decision, so that there are
    few of them, and each is made with its share of the policy's FPIR.

    Attributes:
        frames: how many looks must each find the same student nearest, for a match.
        spread: seconds that must lie between the first and the last of them.
        decide_at: numbers of looks at which is decided; after the last one it is settled.
        pauses: seconds between two looks before the first decision, the second, and so on.
        check_again: seconds after which a match is looked at again, whether it is still the same face.
        keep: how many looks are kept, the best ones.
        most_restarts: how often a track may start anew because its face has become another one.
    """

    frames: int = 3
    spread: float = 0.25
    decide_at: tuple[int, ...] = (3, 5, 8)
    pauses: tuple[float, ...] = (0.15, 0.5, 2.0)
    check_again: float = 3.0
    keep: int = 8
    most_restarts: int = 3


@dataclass(frozen=True)
class NotYet:
    """Not decided yet; how many looks there are."""

    looks: int


Standing = Decision | NotYet
"""Match, Doubtful, Unknown or NotYet: all but a match may still change until it is settled."""


class TrackEvidence:
    """Gathers looks at faces that are followed, and decides who they are. For one thread.

    Args:
        gallery: whom to search; None: nobody.
        policy: the rule of decision.
        rules: how often is looked, and what must agree.
    """

    def __init__(
        self, gallery: Gallery | None, policy: DecisionPolicy, rules: EvidenceRules | None = None
    ) -> None:
        self.gallery = gallery
        self.policy = policy
        self.rules = rules or EvidenceRules()

    def due(self, track_id: int, at: float) -> bool:
        """Whether a look at this track would help now.

        Args:
            track_id: of a track that is visible.
            at: the time of the frame, in seconds.
        """
        raise NotImplementedError

    def add(self, track_id: int, embedding: Embeddings, *, quality: float, at: float) -> None:
        """Take a look.

        Args:
            track_id: whose.
            embedding: ``(D,)`` float32 of length 1, of the gallery's engine.
            quality: 0 to 1; how much it counts.
            at: the time of the frame, in seconds.

        Raises:
            EngineMismatchError: the embedding is of another engine than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of length 1.
        """
        raise NotImplementedError

    def skip(self, track_id: int, at: float) -> None:
        """Note that the face was not fit for a look, so that the next one has to wait a moment."""
        raise NotImplementedError

    def decide(self, visible: Collection[int]) -> dict[int, Standing]:
        """Decide what is to be decided, each student for one visible face at most.

        Args:
            visible: ids of the tracks in this frame.

        Returns:
            How each of them stands.
        """
        raise NotImplementedError

    def standing(self, track_id: int) -> Standing:
        """How a track stands; one that was never looked at is ``NotYet(0)``."""
        raise NotImplementedError

    def is_settled(self, track_id: int) -> bool:
        """Whether a track's standing stays as it is, unless its face becomes another one."""
        raise NotImplementedError

    def keep_only(self, track_ids: Collection[int]) -> None:
        """Forget all tracks but these."""
        raise NotImplementedError
