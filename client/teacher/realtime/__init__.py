"""The live camera page and the kiosk."""
