"""Sends made-up hostile inputs to every entrance of a throwaway site, and checks that nothing gives way."""
