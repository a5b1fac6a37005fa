"""Who comes next on the day of photos: a classmate who has agreed and has no photo yet."""

from __future__ import annotations

from attendance.values import Student
from client.access.shown_faces import agrees_now
from client.access.visible_students import courses_of, photos_of_students, visible_students


def next_without_photo(student: Student) -> Student | None:
    """The next student by roll number who can get photos, from the beginning again after the last one.

    Args:
        student: who was just photographed, or is away. If they are on rosters, only students of these
            courses follow.
    """
    rosters = [course.roster for course in courses_of(student) if course.roster is not None]
    classmates = {student_id for roster in rosters for student_id in roster}
    photos = photos_of_students()
    everybody = visible_students()
    at = next((place for place, one in enumerate(everybody) if one.id == student.id), 0)
    for one in (*everybody[at + 1 :], *everybody[:at]):
        is_ready = one.active and agrees_now(one) and not photos[one.id]
        if is_ready and one.id != student.id and (not rosters or one.id in classmates):
            return one
    return None
