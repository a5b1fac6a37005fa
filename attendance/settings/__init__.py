"""The settings of a site: where they come from, what they mean and what they may be."""
