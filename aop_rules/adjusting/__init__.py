"""Which ways there are to adjust, what each frees, costs and endangers, and which is best by the priorities of the plan."""
