"""Every cap, each with its reason. Past a cap the answer is one clear error, never a slow or dead process."""

from __future__ import annotations

# A year's plan of a small business is some 50 kB; 2 MB leaves room for a large one, and reads in well under a second.
FILE_BYTES_MAX = 2_000_000
# A history of a busy year (200,000 events as JSON Lines) is some 60 MB.
HISTORY_BYTES_MAX = 256_000_000
# Nobody writes data 32 levels deep by hand; the C composer of PyYAML dies at 100,000.
DEPTH_MAX = 32
# Values in one file: stops a small file from unfolding into a large tree.
NODES_MAX = 200_000
# Digits of one number: CPython refuses 4,300; money needs 20.
DIGITS_MAX = 60
# One entry of a ledger: a plan is at most 2 MB, a decision some 20 kB.
ENTRY_BYTES_MAX = 8_000_000
# One text value.
TEXT_MAX = 20_000
# A table of a business's books (CSV, XLSX): a busy year of invoices is some 10 MB; 100,000 rows are read in seconds.
TABLE_BYTES_MAX = 32_000_000
TABLE_ROWS_MAX = 100_000
TABLE_COLUMNS_MAX = 500
# A workbook is a zip file: what its parts may unpack to, all together. Real ones unpack to ten times their size.
TABLE_UNPACKED_MAX = 256_000_000
# Problems listed before "and N more".
PROBLEMS_MAX = 100
# One rule's condition, in characters, nodes and levels: a thought that a person can check.
EXPRESSION_CHARACTERS_MAX = 4_000
EXPRESSION_NODES_MAX = 1_000
EXPRESSION_DEPTH_MAX = 40
# Rules of one program. Matching stays under a millisecond at 10,000.
RULES_MAX = 50_000
# Patterns in one `given`: durable-rules handles 16; a chain that a person can follow has few.
GIVEN_MAX = 6
# Facts and firings of one inference: past it the evaluation stops with an error instead of growing.
FACTS_MAX = 20_000
FIRINGS_MAX = 200_000
# Rules handed to durable-rules in one of its rulesets: above 64 paths it drops rules silently (durable-rules T03).
DURABLE_SHARD_RULES = 48
