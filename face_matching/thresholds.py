"""The calibrated policies, one for each engine and detector, with where their numbers come from."""

from __future__ import annotations

from face_matching.decision import DecisionPolicy, Provenance
from face_matching.errors import UnknownPolicyError
from face_matching.threshold_curve import ThresholdCurve

RATES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7)
"""False match rates of one comparison that the tables have a threshold for. Down to 1e-3 or so the data
were counted, below that the tail of their distribution was fitted (docs/decision.md)."""

# The policies below are printed by the command in their provenance; scores are cosine similarities. A
# threshold of 0.7, which is often quoted for FaceNet, is what a class of 400 needs, and refuses every
# fifth honest photo of LFW.

FACENET_1_MTCNN = DecisionPolicy(
    engine="facenet-1",
    detector="mtcnn",
    search=ThresholdCurve(
        RATES, (0.265, 0.362, 0.431, 0.5, 0.555, 0.604, 0.646, 0.688, 0.721, 0.754, 0.78, 0.806, 0.827)
    ),
    proven=ThresholdCurve(
        RATES, (0.279, 0.378, 0.452, 0.53, 0.589, 0.64, 0.684, 0.726, 0.757, 0.787, 0.813, 0.838, 0.857)
    ),
    margin=0.187,
    same_person_at=0.46,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=375,
        impostor_pairs=69328,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0147,
        tar_at_far_1e3=0.9064,
    ),
)
DLIB_1_MTCNN = DecisionPolicy(
    engine="dlib-1",
    detector="mtcnn",
    search=ThresholdCurve(
        RATES, (0.885, 0.902, 0.913, 0.924, 0.93, 0.937, 0.942, 0.946, 0.949, 0.952, 0.954, 0.956, 0.957)
    ),
    proven=ThresholdCurve(
        RATES, (0.888, 0.905, 0.916, 0.927, 0.935, 0.942, 0.949, 0.955, 0.96, 0.965, 0.969, 0.973, 0.976)
    ),
    margin=0.033,
    same_person_at=0.912,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=375,
        impostor_pairs=69328,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0151,
        tar_at_far_1e3=0.9197,
    ),
)

POLICIES = {(policy.engine, policy.detector): policy for policy in (FACENET_1_MTCNN, DLIB_1_MTCNN)}


def policy_for(engine: str, detector: str) -> DecisionPolicy:
    """The policy of a pair.

    Args:
        engine: versioned name, such as ``facenet-1``.
        detector: such as ``mtcnn``.

    Raises:
        UnknownPolicyError: nobody has calibrated this pair.
    """
    try:
        return POLICIES[engine, detector]
    except KeyError:
        known = ", ".join(f"{name} with {finder}" for name, finder in sorted(POLICIES))
        raise UnknownPolicyError(
            f"there are no thresholds for {engine} with {detector}; there are for {known}. "
            "Take one of these, or calibrate the pair: python -m benchmarks.calibrate"
        ) from None
