"""The public address: an ngrok tunnel to this machine."""
