"""Where the site's key can be: a file, the keyring, behind a passphrase, or a command's output."""
