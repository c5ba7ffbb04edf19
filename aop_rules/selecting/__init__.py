"""Which of many proposals to take: the best set that fits the money, the people and what has to come first, with its proof."""
