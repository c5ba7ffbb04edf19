"""Plan, position and event meet here and become the typed facts that rules speak of."""
