"""The colours keep their contrast in both schemes."""

from __future__ import annotations

import re

import pytest

from client.web.page_sources import TEMPLATES, source

ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});")


def schemes() -> dict[str, dict[str, str]]:
    """The colours of the light and of the dark scheme, by token."""
    light, dark, *_ = [dict(TOKEN.findall(block)) for block in ROOT.findall(str(source("tokens.css")))]
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("token", ["ink", "ok", "warn", "bad", "accent"])
@pytest.mark.parametrize("ground", ["paper", "raised"])
def test_verdicts_and_greetings_stand_out(scheme: str, token: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[token], colours[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("token", "ground"), [("muted", "paper"), ("on-accent", "accent"), ("muted", "line")]
)
def test_the_rest_is_easy_to_read(scheme: str, token: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[token], colours[ground]) >= 4.5


def test_the_browsers_own_bar_has_the_colour_of_the_page() -> None:
    head = (TEMPLATES / "head.html").read_text(encoding="utf-8")
    for colours in schemes().values():
        assert f'name="theme-color" content="{colours["paper"]}"' in head
