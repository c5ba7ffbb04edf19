"""Files into located trees: plain data in which every value and key still knows its line and column."""
