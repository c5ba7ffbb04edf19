"""The least change that brings the year back, with its certificate; cost cuts; and why a goal misses."""
