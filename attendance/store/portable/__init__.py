"""The whole register in a form that belongs to no database: records of all kinds, by their declaration."""
