"""Commands that show whether the register is as it was written."""
