"""Words and figures for people, in English and Vietnamese."""
