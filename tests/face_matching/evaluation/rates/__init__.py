"""Tests of `face_matching/evaluation/rates/`."""
