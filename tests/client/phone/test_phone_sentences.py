"""The phone page's script finds each of its sentences in the page, in the phone's language."""

from __future__ import annotations

import json
import re
from html import unescape

from client.web.page_sources import TEMPLATES
from tests.client.conftest import Phone


def test_every_sentence_of_the_script_stands_in_the_page_and_none_besides(phone: Phone) -> None:
    written = re.search(r'data-say="([^"]*)"', phone.scan().text)
    assert written is not None
    said = json.loads(unescape(written[1]))
    script = "".join(path.read_text("utf-8") for path in (TEMPLATES / "phone").glob("*.js"))
    assert set(re.findall(r"\bSAY\.(\w+)", script)) == set(said)
    assert all(said.values())
    assert all(said["byName"].values())
