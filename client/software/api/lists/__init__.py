"""Which items a page of a long list of the API has."""
