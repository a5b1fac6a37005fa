"""Whether a burst of small frames shows a head that turns as it was asked to, instead of a picture of one."""
