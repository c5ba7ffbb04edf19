"""Alerts that can be trusted: what is off, for how long, why it is quiet, who knows of it, and who has been told."""
