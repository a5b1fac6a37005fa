"""The calibrated policies, one per engine and detector, with their provenance."""

from __future__ import annotations

from face_matching.decision import PROVEN_SHARE, DecisionPolicy, Provenance
from face_matching.errors import UnknownPolicyError
from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.relative_scores.retail_curves import RETAIL_1_HAAR_RELATIVE, RETAIL_1_MTCNN_RELATIVE
from face_matching.threshold_curve import ThresholdCurve

RATES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 3e-8)
"""The false match rates of the tables. Down to 3e-6 the thresholds were counted in the data; below that, they
are those of a distribution fitted to the tail (docs/decision.md)."""

DATA_SET = "the people of lfwhalf in the group other (LFW)"
COMMAND = (
    "python -m benchmarks.calibrate ../shared/faces/lfwhalf --groups ../shared/faces/lfwhalf_groups.csv "
    "--others ../shared/faces/lfw10 --others ../shared/faces/lfw150gray"
)


def policy_of(
    engine: str,
    detector: str,
    thresholds: tuple[float, ...],
    *,
    margin: float,
    same_person_at: float,
    provenance: Provenance,
    relative: RelativeCurves | None = None,
) -> DecisionPolicy:
    """A policy whose matches are proven at ``PROVEN_SHARE`` of the rate.

    Args:
        engine: versioned name.
        detector: name of the detector.
        thresholds: for each of ``RATES``.
        margin: see ``DecisionPolicy``.
        same_person_at: see ``DecisionPolicy``.
        provenance: the source of the thresholds.
        relative: those of class-relative scores.
    """
    search = ThresholdCurve(RATES, thresholds)
    return DecisionPolicy(
        engine=engine,
        detector=detector,
        search=search,
        proven=search.for_share(PROVEN_SHARE),
        margin=margin,
        same_person_at=same_person_at,
        provenance=provenance,
        relative=relative,
    )


def _counted(
    *, people: int, photos: int, impostor_pairs: int, date: str, eer: float, tar_at_far_1e3: float
) -> Provenance:
    return Provenance(DATA_SET, people, photos, impostor_pairs, date, COMMAND, eer, tar_at_far_1e3)


# Each of the policies below is printed by COMMAND; scores are cosine similarities. A threshold of 0.7, often
# quoted for FaceNet, is right for a class of 400 and wrong for any other.

RETAIL_1_MTCNN = policy_of(
    "retail-1",
    "mtcnn",
    (0.138, 0.203, 0.256, 0.309, 0.353, 0.398, 0.433, 0.47, 0.502, 0.547, 0.563, 0.592, 0.616, 0.641),
    margin=0.247,
    same_person_at=0.325,
    provenance=_counted(
        people=2668,
        photos=3993,
        impostor_pairs=7967542,
        date="2026-11-29",
        eer=0.005,
        tar_at_far_1e3=0.9857,
    ),
    relative=RETAIL_1_MTCNN_RELATIVE,
)
BOTH_1_MTCNN = policy_of(
    "both-1",
    "mtcnn",
    (0.818, 0.841, 0.858, 0.873, 0.885, 0.896, 0.905, 0.914, 0.921, 0.928, 0.933, 0.938, 0.942, 0.946),
    margin=0.05,
    same_person_at=0.866,
    provenance=_counted(
        people=2668,
        photos=3993,
        impostor_pairs=7967542,
        date="2026-11-29",
        eer=0.0079,
        tar_at_far_1e3=0.9593,
    ),
)
FACENET_1_MTCNN = policy_of(
    "facenet-1",
    "mtcnn",
    (0.249, 0.35, 0.426, 0.497, 0.553, 0.607, 0.648, 0.693, 0.727, 0.754, 0.783, 0.809, 0.83, 0.85),
    margin=0.229,
    same_person_at=0.426,
    provenance=_counted(
        people=2668,
        photos=3993,
        impostor_pairs=7967542,
        date="2026-11-29",
        eer=0.0122,
        tar_at_far_1e3=0.9335,
    ),
)
DLIB_1_MTCNN = policy_of(
    "dlib-1",
    "mtcnn",
    (0.887, 0.903, 0.914, 0.924, 0.931, 0.938, 0.944, 0.949, 0.953, 0.957, 0.961, 0.965, 0.968, 0.97),
    margin=0.034,
    same_person_at=0.914,
    provenance=_counted(
        people=2668,
        photos=3993,
        impostor_pairs=7967542,
        date="2026-11-29",
        eer=0.0129,
        tar_at_far_1e3=0.9321,
    ),
)
RETAIL_1_HAAR = policy_of(
    "retail-1",
    "haar",
    (0.138, 0.203, 0.256, 0.309, 0.353, 0.397, 0.433, 0.468, 0.505, 0.541, 0.56, 0.588, 0.612, 0.637),
    margin=0.255,
    same_person_at=0.313,
    provenance=_counted(
        people=2631,
        photos=3926,
        impostor_pairs=7702363,
        date="2026-11-29",
        eer=0.0104,
        tar_at_far_1e3=0.98,
    ),
    relative=RETAIL_1_HAAR_RELATIVE,
)
BOTH_1_HAAR = policy_of(
    "both-1",
    "haar",
    (0.818, 0.842, 0.858, 0.873, 0.885, 0.896, 0.905, 0.914, 0.921, 0.928, 0.932, 0.936, 0.94, 0.943),
    margin=0.05,
    same_person_at=0.865,
    provenance=_counted(
        people=2631,
        photos=3926,
        impostor_pairs=7702363,
        date="2026-11-29",
        eer=0.0111,
        tar_at_far_1e3=0.9532,
    ),
)
FACENET_1_HAAR = policy_of(
    "facenet-1",
    "haar",
    (0.249, 0.35, 0.426, 0.497, 0.553, 0.607, 0.647, 0.695, 0.731, 0.763, 0.785, 0.81, 0.831, 0.851),
    margin=0.228,
    same_person_at=0.426,
    provenance=_counted(
        people=2631,
        photos=3926,
        impostor_pairs=7702363,
        date="2026-11-29",
        eer=0.017,
        tar_at_far_1e3=0.9228,
    ),
)
DLIB_1_HAAR = policy_of(
    "dlib-1",
    "haar",
    (0.887, 0.904, 0.915, 0.924, 0.931, 0.938, 0.944, 0.949, 0.953, 0.957, 0.961, 0.964, 0.967, 0.97),
    margin=0.034,
    same_person_at=0.915,
    provenance=_counted(
        people=2631,
        photos=3926,
        impostor_pairs=7702363,
        date="2026-11-29",
        eer=0.0171,
        tar_at_far_1e3=0.9265,
    ),
)

POLICIES = {
    (policy.engine, policy.detector): policy
    for policy in (
        RETAIL_1_MTCNN,
        BOTH_1_MTCNN,
        FACENET_1_MTCNN,
        DLIB_1_MTCNN,
        RETAIL_1_HAAR,
        BOTH_1_HAAR,
        FACENET_1_HAAR,
        DLIB_1_HAAR,
    )
}


def policy_for(engine: str, detector: str) -> DecisionPolicy:
    """The policy of an engine and a detector.

    Args:
        engine: versioned name of the engine, such as ``facenet-1``.
        detector: name of the detector, such as ``mtcnn``.

    Raises:
        UnknownPolicyError: this pair was not calibrated.
    """
    try:
        return POLICIES[engine, detector]
    except KeyError:
        known = ", ".join(f"{name} with {finder}" for name, finder in sorted(POLICIES))
        raise UnknownPolicyError(
            f"there are no thresholds for {engine} with {detector}, only for {known}. "
            "Use one of these, or calibrate the pair: python -m benchmarks.calibrate"
        ) from None
