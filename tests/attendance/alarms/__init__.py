"""Tests of attendance.alarms."""
