"""What has happened, append-only: read from files, kept with both clocks (when it was so, when we knew)."""
