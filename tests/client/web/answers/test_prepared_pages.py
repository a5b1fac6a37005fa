"""A prepared page is what its template gives, whole or compressed, and is rendered once for each kind."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask, Response, render_template
from flask.testing import FlaskClient
from flask_babel import Babel
from jinja2 import DictLoader

from client.web.answers.prepared_pages import (
    MOST_KINDS,
    SMALLEST_PACKED,
    init_prepared_pages,
    prepared_answer,
)
from client.web.security import init_security

FILLING = "".join(f"<p>{number}</p>\n" for number in range(SMALLEST_PACKED))
TEMPLATE = (
    '{{ rendered() }}<style nonce="{{ csp_nonce() }}">' + FILLING + "</style>"
    '<h1 title="{{ name }}">{{ name }}</h1>{% if note %}<i>{{ note }}</i>{% endif %}'
    "{% if loud %}!{% endif %}" + FILLING + "{{ name }}"
)
GZIP = {"Accept-Encoding": "gzip"}
PAIRS = [("Ana", ""), ("<b>&\"'</b>", "a note"), ("Zoë 北" * 200, "csp_nonce"), ("gap", "-name-")]
NONCE = re.compile(r'nonce="([^"]{22})"')


class Site:
    """An app with a prepared page, and the same page rendered each time."""

    def __init__(self) -> None:
        self.app = Flask("site")
        self.app.jinja_env.loader = DictLoader({"page.html": TEMPLATE})
        Babel(self.app)
        init_security(self.app)
        init_prepared_pages(self.app)
        self.rendered = 0
        self._counted: Callable[[], str] = self._count  # one object, as a function of a module is
        self.name, self.note, self.loud, self.compressed = "", "", 0, True
        self.app.add_url_rule("/prepared", "prepared", self._prepared)
        self.app.add_url_rule("/each-time", "each-time", self._each_time)

    def browser(self) -> FlaskClient:
        """A client of the app."""
        return self.app.test_client()

    def _count(self) -> str:
        self.rendered += 1
        return ""

    def _prepared(self) -> Response:
        choices = {"loud": self.loud, "rendered": self._counted}
        texts = {"name": self.name, "note": self.note}
        return prepared_answer("page.html", choices, texts, compressed=self.compressed)

    def _each_time(self) -> str:
        return render_template(
            "page.html", loud=self.loud, rendered=self._count, name=self.name, note=self.note
        )


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.mark.parametrize(("name", "note"), PAIRS)
@pytest.mark.parametrize("loud", [0, 1])
def test_it_is_what_the_template_gives(site: Site, name: str, note: str, loud: int) -> None:
    site.name, site.note, site.loud = name, note, loud
    plain, packed = site.browser().get("/prepared"), site.browser().get("/prepared", headers=GZIP)
    wanted = site.browser().get("/each-time").data
    assert packed.headers["Content-Encoding"] == "gzip"
    for answer, page in ((plain, plain.data), (packed, gzip.decompress(packed.data))):
        nonce = NONCE.findall(page.decode())[0]
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert NONCE.sub("", page.decode()) == NONCE.sub("", wanted.decode())


def test_a_kind_is_rendered_once(site: Site) -> None:
    for name in ("Ana", "Ben", "Cem"):
        site.name = name
        assert f">{name}<" in site.browser().get("/prepared").text
    assert site.rendered == 1
    site.note = "a note"  # the template may ask whether there is one
    assert "<i>a note</i>" in site.browser().get("/prepared").text
    assert site.rendered == 2


def test_no_two_pages_have_the_same_nonce(site: Site) -> None:
    pages = [site.browser().get("/prepared").text for _ in range(3)]
    assert len({NONCE.findall(page)[0] for page in pages}) == 3


def test_kinds_that_nobody_asks_for_are_forgotten(site: Site) -> None:
    for loud in range(1, MOST_KINDS + 2):
        site.loud = loud
        site.browser().get("/prepared")
    assert site.rendered == MOST_KINDS + 1
    site.browser().get("/prepared")
    assert site.rendered == MOST_KINDS + 1
    site.loud = 1
    site.browser().get("/prepared")
    assert site.rendered == MOST_KINDS + 2


def test_what_is_not_to_be_compressed_comes_as_it_is(site: Site) -> None:
    site.name, site.compressed = "Ana", False
    answer = site.browser().get("/prepared", headers=GZIP)
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers
    assert answer.text.endswith("Ana")
