"""Why a figure differs from plan: exact splits of a change into effects that always sum to it."""
