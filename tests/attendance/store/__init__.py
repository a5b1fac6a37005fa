"""Tests of the databases, with builders of values and small classes that open each database."""
