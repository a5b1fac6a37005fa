"""Tests of moving a site."""
