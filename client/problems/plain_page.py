"""The page that people see when the server refuses before the app is asked: one file, and in English."""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path

from client.problems.sentences import Words

_TOKENS = Path(__file__).parents[1] / "static" / "tokens.css"
# Without scripts the page opens again all the same, and names the seconds without counting them.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<!--refresh-->
<title><!--title--></title>
<style><!--tokens-->
body {
  box-sizing: border-box; display: flex; flex-direction: column; align-items: center; justify-content: center;
  min-height: 100vh; margin: 0; padding: calc(var(--step) * 4); gap: calc(var(--step) * 3);
  text-align: center;
  background: var(--paper); color: var(--ink); font: 400 18px/1.4 var(--font);
}
svg { width: 112px; height: 112px; color: var(--warn); }
h1 { margin: 0; font-size: var(--text-2); line-height: 1.2; color: var(--warn); }
p { margin: 0; max-width: 34ch; text-wrap: balance; }
.left { color: var(--muted); font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" \
stroke-linejoin="round" aria-hidden="true"><circle cx="24" cy="24" r="21"/><path d="M24 12v13l8 5"/></svg>
<main><h1><!--title--></h1></main>
<p role="status"><!--sentence--></p>
<!--countdown-->
</body>
</html>
"""
_REFRESH = '<noscript><meta http-equiv="refresh" content="<!--seconds-->"></noscript>'
_COUNTDOWN = """<p class="left">This page opens again in <b id="left"><!--seconds--></b> s.</p>
<script>
const left = document.getElementById("left");
setInterval(() => {
  if (left.textContent > 1) left.textContent -= 1;
  else location.reload();
}, 1000);
</script>"""


def plain_page(words: Words, opens_again: int | None = None) -> str:
    """The page.

    Args:
        words: what it says.
        opens_again: seconds after which it opens again on its own; None if it does not.
    """
    parts = {
        "tokens": _tokens(),
        "refresh": _REFRESH if opens_again else "",
        "countdown": _COUNTDOWN if opens_again else "",
        "title": html.escape(words.title),
        "sentence": html.escape(words.sentence),
        "seconds": str(opens_again),
    }
    page = _PAGE
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


@cache
def _tokens() -> str:
    """The colours and sizes of all pages."""
    return _TOKENS.read_text("utf-8")
