"""The regular review: where the goals stand, where money and people deviate, which risks showed; then what was decided."""
