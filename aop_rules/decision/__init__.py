"""What to do, and why: findings are combined, explained, and made into a decision that can be kept."""
