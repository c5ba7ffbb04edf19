"""What if: the plan or the facts a little different, never written, and what that would change."""
