"""Whom photos of a room reveal: students who checked in from elsewhere."""
