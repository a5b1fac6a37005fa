"""The doctor: each part of a site is examined, and nothing of it is changed."""
