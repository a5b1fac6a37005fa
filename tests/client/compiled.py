"""Keeps what every new app would compile again: its templates, and how it builds its addresses.

Most tests make an app of their own. Nine tenths of the time that this takes went into compiling the same
hundred rules and the same templates; what comes of it depends on nothing but their texts.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class KeptTemplates(BytecodeCache):
    """The code of each template, by its name and text."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """See ``BytecodeCache``."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """See ``BytecodeCache``."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


def keep_compiled(patch: pytest.MonkeyPatch) -> None:
    """Let all apps of this process share what they compile."""
    patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": KeptTemplates()})
    compile_builder, kept = Rule._compile_builder, dict[object, Builder]()

    def builder(rule: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - as Werkzeug's
        if rule.defaults:  # they stand in the code
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    patch.setattr(Rule, "_compile_builder", builder)
