"""Values that are never floats: numbers, money, calendars, and how wholes fall into parts."""
