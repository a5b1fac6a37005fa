"""Examines a site part by part and shows what to do about each finding; writes nothing."""
