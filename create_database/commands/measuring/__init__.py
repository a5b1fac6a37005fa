"""Commands that measure error rates and set the threshold by them."""
