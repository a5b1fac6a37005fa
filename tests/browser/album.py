"""Looks at a page as it is on each screen, and keeps pictures of it for people to look at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "small": {"width": 320, "height": 568},
    "desktop": {"width": 1280, "height": 800},
    "xga": {"width": 1024, "height": 768},
    "hd": {"width": 1280, "height": 720},
    "full hd": {"width": 1920, "height": 1080},
}
SCREENS = ("phone", "small", "desktop")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Album:
    """Loads no page anew: one page is looked at on all screens.

    Args:
        folder: takes the pictures; None makes none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, page: Page, name: str, *, sizes: Iterable[str] = SCREENS, whole: bool = True) -> None:
        """Check that the page can't be scrolled sideways on any of these screens, and take its pictures.

        Args:
            page: is left as it was.
            name: begins the pictures' names.
            sizes: of ``SIZES``.
            whole: also what is below the screen.
        """
        page.wait_for_load_state("load")  # a busy machine shows the text before the stylesheet is there
        before = page.viewport_size
        for size in sizes:
            page.set_viewport_size(SIZES[size])
            assert page.evaluate(_OVERFLOW) <= 0, f"{name} scrolls sideways on a {size} screen"
            if self._folder is not None:
                self._take(page, self._folder, f"{name}-{size}", whole=whole)
        if before is not None:
            page.set_viewport_size(before)

    @staticmethod
    def _take(page: Page, folder: Path, name: str, *, whole: bool) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=whole)
        page.emulate_media(color_scheme="null")
