"""The settings of the engine and its networks."""

from __future__ import annotations

from attendance.settings import setting_values as values
from attendance.settings.setting import Setting

COSINE, EUCLIDEAN, SVM = "cosine", "euclidean", "svm"
SEARCH, KNOWN = "search", "known"  # whom a face is compared with

ENGINE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_ENGINE",
        "engine",
        "auto",
        "The engine that compares faces: auto, retail, both (FaceNet and dlib combined), facenet or dlib.",
        values.one_of("auto", "retail", "both", "facenet", "dlib"),
    ),
    Setting(
        "ATTENDANCE_DETECTOR",
        "detector",
        "the register's, at first mtcnn",
        "The detector that finds faces in photos: mtcnn or haar.",
        values.one_of("mtcnn", "haar"),
    ),
    Setting(
        "ATTENDANCE_MATCHER",
        "matcher",
        COSINE,
        "What compares faces: cosine, euclidean (decides alike) or svm (made by train-classifier).",
        values.one_of(COSINE, EUCLIDEAN, SVM),
    ),
    Setting(
        "ATTENDANCE_ONE_TO_ONE",
        "one_to_one",
        SEARCH,
        "Whom a photo of a phone or of other software is compared with: the class (search), or only the "
        "student whose known phone or roll number comes with it (known).",
        values.one_of(SEARCH, KNOWN),
    ),
    Setting(
        "ATTENDANCE_DEVICE",
        "device",
        "CPU",
        "The device that OpenVINO runs the networks on.",
        values.device,
    ),
    Setting(
        "ATTENDANCE_RETAIL_MODEL",
        "retail_model",
        "none: downloaded once",
        "A folder with the two files of the network face-reidentification-retail-0095 (FP16).",
        values.existing_folder,
    ),
    Setting(
        "FACENET_WEIGHTS",
        "facenet_weights",
        "none: downloaded once",
        "A file with FaceNet's weights.",
        values.existing_file,
    ),
)
