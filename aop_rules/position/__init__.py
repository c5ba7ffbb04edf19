"""Where the year stands at one moment: a pure function of the plan and of what was known by then."""
