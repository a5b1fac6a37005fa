"""The error rates of a set of people: of pairs, of classes, and the worst comparisons."""
