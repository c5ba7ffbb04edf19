"""Events from the tables that a business has: CSV and XLSX, by a mapping; every row and cell accounted for."""
