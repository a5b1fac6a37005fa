"""The log: short lines or JSON, without tokens and without names."""
