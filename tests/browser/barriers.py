"""Looks for barriers in a page with axe-core, in light and dark, and for sideways scrolling at 320 pixels."""

from __future__ import annotations

from importlib import resources
from typing import Any

from playwright.sync_api import Page

SMALL = {"width": 320, "height": 568}
SERIOUS = ("serious", "critical")
AXE = "axe_playwright_python"  # the package that carries axe-core's script
_EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
_COLOURS: dict[str, Any] = {**_EVERYTHING, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
_OTHERS = "#api"  # Swagger UI's own markup is not ours to mend; its colours are, by our stylesheet
_TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(-1).map(one => one.outerHTML.slice(0, 120))"""


def barriers_of(page: Page) -> list[str]:
    """A line for each serious or critical finding on the page as it stands; empty if there is none.

    Everything is looked for in light, and the contrast of colours in dark once more.
    """
    page.wait_for_load_state("load")  # styles and scripts
    page.evaluate(resources.files(AXE).joinpath("axe.min.js").read_text("utf-8"))
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = _findings(page, _EVERYTHING, "light", without=[[_OTHERS]])
    if page.locator(_OTHERS).count():
        page.locator(f"{_OTHERS} .opblock-summary-control").last.click()  # drawn by then, and one is opened
        found += _findings(page, _COLOURS, "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return found + _findings(page, _COLOURS, "dark")


def sideways_on_a_small_phone(page: Page) -> list[str]:
    """A line if the page can be scrolled sideways at a width of 320 pixels; leaves it at that width."""
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide <= SMALL["width"]:
        return []
    return [f"is {wide} px wide on a screen of 320: {page.evaluate(_TOO_WIDE)}"]


def _findings(
    page: Page, options: dict[str, Any], scheme: str, without: list[list[str]] | None = None
) -> list[str]:
    context = {"exclude": without or []}
    results = page.evaluate("([context, options]) => axe.run(context, options)", [context, options])
    return [
        f"{scheme}: {finding['id']} ({finding['impact']}): {node['html'][:150]} {node['failureSummary'][:90]}"
        for finding in results["violations"]
        if finding["impact"] in SERIOUS
        for node in finding["nodes"]
    ]
