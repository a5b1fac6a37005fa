"""The calibrated policies, one per engine and detector, with their provenance."""

from __future__ import annotations

from face_matching.decision import DecisionPolicy, Provenance, RelativeCurves
from face_matching.errors import UnknownPolicyError
from face_matching.threshold_curve import ThresholdCurve

RATES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7)
"""The false match rates of the tables. Down to about 1e-3 the thresholds were counted in the data; below
that, they are those of a distribution fitted to the tail (docs/decision.md)."""

# The policies below are printed by the command in their provenance; scores are cosine similarities. A
# threshold of 0.7, often quoted for FaceNet, is right for a class of 800; it rejects 25 % of the genuine
# pairs of half 1, most of which a smaller class can afford to accept.
#
# ``relative`` has the thresholds for normalised scores in classrooms, for engines that gain by them
# (docs/classroom.md).

RETAIL_1_MTCNN = DecisionPolicy(
    engine="retail-1",
    detector="mtcnn",
    search=ThresholdCurve(
        RATES, (0.142, 0.206, 0.259, 0.306, 0.343, 0.378, 0.403, 0.426, 0.444, 0.46, 0.472, 0.483, 0.491)
    ),
    proven=ThresholdCurve(
        RATES, (0.149, 0.217, 0.272, 0.319, 0.363, 0.412, 0.449, 0.488, 0.52, 0.552, 0.578, 0.605, 0.628)
    ),
    margin=0.212,
    same_person_at=0.368,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=376,
        impostor_pairs=69699,
        date="2026-11-29",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0052,
        tar_at_far_1e3=0.9783,
    ),
)
RETAIL_1_HAAR = DecisionPolicy(
    engine="retail-1",
    detector="haar",
    search=ThresholdCurve(
        RATES, (0.141, 0.207, 0.259, 0.306, 0.344, 0.38, 0.408, 0.435, 0.455, 0.475, 0.49, 0.504, 0.515)
    ),
    proven=ThresholdCurve(
        RATES, (0.148, 0.216, 0.269, 0.325, 0.36, 0.408, 0.445, 0.481, 0.51, 0.542, 0.568, 0.595, 0.618)
    ),
    margin=0.246,
    same_person_at=0.259,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=369,
        impostor_pairs=67128,
        date="2026-11-29",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0086,
        tar_at_far_1e3=0.981,
    ),
)
BOTH_1_MTCNN = DecisionPolicy(
    engine="both-1",
    detector="mtcnn",
    search=ThresholdCurve(
        RATES, (0.818, 0.841, 0.858, 0.873, 0.884, 0.895, 0.904, 0.912, 0.919, 0.925, 0.93, 0.934, 0.938)
    ),
    proven=ThresholdCurve(
        RATES, (0.821, 0.845, 0.862, 0.88, 0.895, 0.905, 0.916, 0.926, 0.935, 0.943, 0.949, 0.955, 0.96)
    ),
    margin=0.045,
    same_person_at=0.874,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=376,
        impostor_pairs=69699,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.01,
        tar_at_far_1e3=0.9431,
    ),
)
FACENET_1_MTCNN = DecisionPolicy(
    engine="facenet-1",
    detector="mtcnn",
    search=ThresholdCurve(
        RATES, (0.264, 0.362, 0.431, 0.498, 0.548, 0.598, 0.637, 0.675, 0.705, 0.734, 0.757, 0.78, 0.797)
    ),
    proven=ThresholdCurve(
        RATES, (0.279, 0.377, 0.45, 0.524, 0.585, 0.638, 0.682, 0.722, 0.756, 0.788, 0.813, 0.837, 0.857)
    ),
    margin=0.187,
    same_person_at=0.474,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=376,
        impostor_pairs=69699,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0167,
        tar_at_far_1e3=0.9013,
    ),
    relative=RelativeCurves(
        search=ThresholdCurve(
            RATES, (0.199, 0.295, 0.363, 0.429, 0.479, 0.527, 0.565, 0.6, 0.628, 0.654, 0.674, 0.694, 0.709)
        ),
        proven=ThresholdCurve(
            RATES, (0.209, 0.308, 0.382, 0.458, 0.519, 0.57, 0.612, 0.656, 0.689, 0.723, 0.751, 0.779, 0.802)
        ),
    ),
)
DLIB_1_MTCNN = DecisionPolicy(
    engine="dlib-1",
    detector="mtcnn",
    search=ThresholdCurve(
        RATES, (0.885, 0.902, 0.913, 0.923, 0.93, 0.938, 0.943, 0.949, 0.953, 0.956, 0.959, 0.962, 0.964)
    ),
    proven=ThresholdCurve(
        RATES, (0.888, 0.905, 0.916, 0.927, 0.935, 0.943, 0.95, 0.956, 0.961, 0.966, 0.97, 0.974, 0.977)
    ),
    margin=0.034,
    same_person_at=0.913,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=376,
        impostor_pairs=69699,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0151,
        tar_at_far_1e3=0.9214,
    ),
)
BOTH_1_HAAR = DecisionPolicy(
    engine="both-1",
    detector="haar",
    search=ThresholdCurve(
        RATES, (0.818, 0.842, 0.858, 0.872, 0.885, 0.894, 0.902, 0.91, 0.916, 0.922, 0.926, 0.93, 0.934)
    ),
    proven=ThresholdCurve(
        RATES, (0.821, 0.845, 0.862, 0.88, 0.894, 0.905, 0.916, 0.925, 0.934, 0.942, 0.948, 0.954, 0.959)
    ),
    margin=0.053,
    same_person_at=0.858,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=369,
        impostor_pairs=67128,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0087,
        tar_at_far_1e3=0.9482,
    ),
)
FACENET_1_HAAR = DecisionPolicy(
    engine="facenet-1",
    detector="haar",
    search=ThresholdCurve(
        RATES, (0.263, 0.361, 0.43, 0.495, 0.548, 0.6, 0.642, 0.683, 0.717, 0.749, 0.776, 0.801, 0.822)
    ),
    proven=ThresholdCurve(
        RATES, (0.277, 0.376, 0.453, 0.529, 0.583, 0.637, 0.68, 0.72, 0.752, 0.784, 0.81, 0.834, 0.852)
    ),
    margin=0.242,
    same_person_at=0.43,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=369,
        impostor_pairs=67128,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0172,
        tar_at_far_1e3=0.8981,
    ),
    relative=RelativeCurves(
        search=ThresholdCurve(
            RATES, (0.198, 0.296, 0.364, 0.429, 0.483, 0.529, 0.568, 0.604, 0.633, 0.66, 0.681, 0.701, 0.717)
        ),
        proven=ThresholdCurve(
            RATES, (0.209, 0.308, 0.385, 0.456, 0.519, 0.565, 0.605, 0.648, 0.682, 0.715, 0.743, 0.771, 0.794)
        ),
    ),
)
DLIB_1_HAAR = DecisionPolicy(
    engine="dlib-1",
    detector="haar",
    search=ThresholdCurve(
        RATES, (0.886, 0.902, 0.913, 0.923, 0.93, 0.937, 0.942, 0.947, 0.95, 0.954, 0.956, 0.958, 0.96)
    ),
    proven=ThresholdCurve(
        RATES, (0.888, 0.905, 0.916, 0.926, 0.935, 0.943, 0.949, 0.955, 0.961, 0.965, 0.969, 0.973, 0.976)
    ),
    margin=0.039,
    same_person_at=0.913,
    provenance=Provenance(
        data_set="half 0 of lfw10 and lfw150gray (LFW)",
        people=84,
        photos=369,
        impostor_pairs=67128,
        date="2026-11-21",
        command="python -m benchmarks.calibrate ../shared/faces/lfw10 ../shared/faces/lfw150gray",
        eer=0.0138,
        tar_at_far_1e3=0.9326,
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
