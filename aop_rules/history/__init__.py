"""What was decided, and what became of it: kept, replayed, compared, answered and told."""
