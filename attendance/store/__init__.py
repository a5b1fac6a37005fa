"""The databases that can keep the register, behind one protocol."""
