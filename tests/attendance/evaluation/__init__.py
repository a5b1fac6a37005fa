"""Tests of `attendance/evaluation/`."""
