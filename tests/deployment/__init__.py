"""The files of ``deployment/`` as they are."""
