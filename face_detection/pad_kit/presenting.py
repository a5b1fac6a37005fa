"""Makes the presentations of one person: stand-ins for the live head, and attacks of each species."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from face_detection.pad_kit import film_acts, print_acts
from face_detection.pad_kit.material.portraits import FacePortrait
from face_detection.pad_kit.scenes.movement import times_of
from face_detection.pad_kit.stage import Act, Actors, Made
from face_detection.pad_kit.values import Direction, Presentation, PresentationKind


class Performer:
    """Makes presentations of one person, who has a helper.

    Args:
        portrait: the person.
        other: somebody else, for attacks that need two.
        seed: with the person and the kind, decides everything that is drawn.
    """

    def __init__(self, portrait: FacePortrait, other: FacePortrait, seed: int) -> None:
        self.person = portrait.person
        self._actors = Actors(portrait, other, seed)
        self._seed = seed

    def present(self, kind: PresentationKind, asked: Sequence[Direction], number: int = 0) -> Presentation:
        """One presentation.

        Args:
            kind: what to make.
            asked: the directions that the page asks for.
            number: of the try; each differs.
        """
        drawn_by = [self._seed, crc32(self.person.encode()), crc32(kind.encode()), number]
        rng = np.random.default_rng(drawn_by)
        times = times_of(len(asked), rng)
        snapshot, frames = _ACTS[kind](Act(self._actors, times, asked, rng))
        taken = tuple(round(1000 * float(time)) for time in times)
        return Presentation(kind, self.person, tuple(asked), snapshot, frames, taken)


_ACTS: dict[PresentationKind, Callable[[Act], Made]] = {
    PresentationKind.LIVE: film_acts.live,
    PresentationKind.PRINT_HELD: print_acts.print_held,
    PresentationKind.PRINT_TURNED: print_acts.print_turned,
    PresentationKind.PRINT_TILTED: print_acts.print_tilted,
    PresentationKind.PRINT_WAVED: print_acts.print_waved,
    PresentationKind.PHOTOS_SWITCHED: print_acts.photos_switched,
    PresentationKind.REPLAY_WRONG: film_acts.replay_wrong,
    PresentationKind.SCREEN_TURNED: film_acts.screen_turned,
    PresentationKind.FRAME_FROZEN: film_acts.frame_frozen,
    PresentationKind.FRAMES_REPEATED: film_acts.frames_repeated,
    PresentationKind.PEOPLE_MIXED: film_acts.people_mixed,
    PresentationKind.PRINT_BENT: print_acts.print_bent,
    PresentationKind.PRINT_CREASED: print_acts.print_creased,
    PresentationKind.PRINT_WORN: print_acts.print_worn,
    PresentationKind.NOSE_THROUGH: print_acts.nose_through,
    PresentationKind.THREE_PHOTOS: print_acts.three_photos,
    PresentationKind.REPLAY_RIGHT: film_acts.replay_right,
}
