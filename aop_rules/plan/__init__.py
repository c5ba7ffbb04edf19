"""The year as agreed: its values, how they are read and checked, what hangs on what, and what it cannot decide."""
