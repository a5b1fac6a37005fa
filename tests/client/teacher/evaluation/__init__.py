"""Tests of `client/teacher/evaluation/`."""
