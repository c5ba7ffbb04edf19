"""Which conditions hold over a record, and what follows from what holds."""
