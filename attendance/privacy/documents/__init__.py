"""Documents that the law asks for, in English and German, filled from the settings in use."""
