"""Each examination on a good and on a bad site."""
