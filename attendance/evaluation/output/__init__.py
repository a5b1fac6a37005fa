"""Writes an evaluation as Markdown, JSON and one page of HTML."""
