"""A module for each part of a site, with a function ``examine`` that returns what it found."""
