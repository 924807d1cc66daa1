"""Reads an exported Parquet file with Arrow, and prints what it says.

usage: read_export.py CELLS.parquet

Prints JSON: `types` (column to Arrow type), `nullable` (names of the columns that may hold nulls) and `columns`
(column to its values; integers beyond a double as text, so that every digit is compared).
"""

import json
import re
import sys

from arro3.io import read_parquet

table = read_parquet(sys.argv[1]).read_all()


def plain(value):
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value


fields = [table.schema.field(i) for i in range(table.num_columns)]
json.dump(
    {
        "types": {field.name: re.search(r"<(\w+)>", str(field.type))[1].lower() for field in fields},
        "nullable": [field.name for field in fields if field.nullable],
        "columns": {
            field.name: [plain(value.as_py()) for value in table.column(field.name)] for field in fields
        },
    },
    sys.stdout,
)
