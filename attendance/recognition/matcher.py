"""Reads and identifies faces with the engine in use, its rule of decision, and the enrolled faces."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from attendance.recognition.classifier import Classifier
from attendance.recognition.galleries import Galleries
from attendance.recognition.mismatch import engines_must_match
from attendance.recognition.pipelines import Pipeline, PipelineSource, PolicySource
from attendance.values import Course
from face_detection.values import Embedding
from face_matching.decision import Decision, DecisionPolicy, Match
from face_matching.gallery import Gallery
from face_matching.known_person import verify
from face_matching.matchers.svm_decision import identify_with_svm
from face_matching.site_index.candidate_search import identify


@dataclass(frozen=True, eq=False)
class Matcher:
    """One loaded engine with all that a search needs.

    Attributes:
        pipeline: reads photos.
        policy: the rule of decision for its engine and detector.
        galleries: the enrolled faces.
        classifier: decides together with the policy who one face is; None if the policy decides alone.
    """

    pipeline: Pipeline
    policy: DecisionPolicy
    galleries: Galleries
    classifier: Classifier | None = None

    def gallery(self, course: Course) -> Gallery | None:
        """Whom to search in a course, as of now; None where nobody of it has a template.

        Raises:
            EngineMismatchError: there are templates, and none of this engine and detector.
        """
        pipeline = self.pipeline
        return self.galleries.of_course(course, engine=pipeline.engine_name, detector=pipeline.detector_name)

    @engines_must_match()
    def identify(self, embedding: Embedding, course: Course) -> Decision:
        """Decide which student of a course one face is.

        Args:
            embedding: ``(D,)`` float32 of length 1, made by ``pipeline``.
            course: whose roster is searched; without a roster, everybody.

        Raises:
            EngineMismatchError: the templates are of another engine or detector.
        """
        gallery = self.gallery(course)
        if self.classifier is not None and gallery is not None:
            svm = self.classifier.current(self.pipeline.engine_name, self.pipeline.detector_name)
            if svm is not None:
                return identify_with_svm(self.policy, svm, gallery, embedding)
        return identify(self.policy, gallery, embedding)

    @engines_must_match()
    def verify(self, embedding: Embedding, student_ids: Collection[str], course: Course) -> Decision:
        """Decide whether one face is one of a few students of a course, and search nobody else.

        Args:
            embedding: ``(D,)`` float32 of length 1, made by ``pipeline``.
            student_ids: whom it may show; those who are not on the roster don't count.
            course: whose roster the score is relative to.

        Raises:
            EngineMismatchError: the templates are of another engine or detector.
        """
        return verify(self.policy, self.gallery(course), embedding, student_ids)

    def verify_known(
        self, embedding: Embedding, student_ids: Collection[str], course: Course
    ) -> Match | None:
        """The student of a known phone, if one face is theirs beyond doubt; None: search the course.

        A classifier would have to agree, and knows no single student: with it, everybody is searched.

        Args:
            embedding: as in `verify`.
            student_ids: the students whose phone it is.
            course: as in `verify`.

        Raises:
            EngineMismatchError: the templates are of another engine or detector.
        """
        pipeline = self.pipeline
        if not student_ids or (
            self.classifier and self.classifier.current(pipeline.engine_name, pipeline.detector_name)
        ):
            return None
        decision = self.verify(embedding, student_ids, course)
        return decision if isinstance(decision, Match) else None


@dataclass(frozen=True, eq=False)
class MatcherSource:
    """Returns the matcher in use, loading the networks on the first call; thread-safe.

    Attributes:
        pipeline: gives the pipeline that reads photos.
        policy: gives the rule of decision for an engine and a detector.
        galleries: the enrolled faces.
        classifier: see ``Matcher``.
    """

    pipeline: PipelineSource
    policy: PolicySource
    galleries: Galleries
    classifier: Classifier | None = None

    def __call__(self) -> Matcher:
        """The matcher of the engine that is in use now; another one after re-embedding.

        Raises:
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.FaceDetectionError: networks can't be had or loaded.
        """
        pipeline = self.pipeline()
        policy = self.policy(pipeline.engine_name, pipeline.detector_name)
        return Matcher(pipeline, policy, self.galleries, self.classifier)
