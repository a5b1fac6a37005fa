"""Keeps what every new app would compile again: its templates, and how it builds its addresses.

Most tests make an app of their own. Nine tenths of the time that this takes went into compiling the same
hundred rules and the same templates; what comes of it depends on nothing but their texts.
"""

from __future__ import annotations

from types import CodeType

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


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
    compile_rule, kept = Rule.compile, dict[object, Rule]()

    def compile_once(rule: Rule) -> None:
        if rule.defaults or rule.host:  # they stand in what is compiled
            compile_rule(rule)
            return
        key = (rule.rule, rule.subdomain, rule.merge_slashes, *rule.map.converters.values())
        if key not in kept:
            compile_rule(rule)
            kept[key] = rule
            return
        same = kept[key]
        rule._parts, rule._trace, rule._converters = same._parts, same._trace, same._converters
        rule.arguments = rule.arguments | same.arguments
        rule._build, rule._build_unknown = same._build, same._build_unknown

    patch.setattr(Rule, "compile", compile_once)
