"""`python -m bench [pages|findable|imports|search|start ...]`: measure, print tables, write bench/results.json."""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
MODULES = {
    "pages": "bench.pages",
    "findable": "bench.findable",
    "imports": "bench.imports",
    "search": "bench.search.measure",
    "relevance": "bench.relevance.measure",
    "reports": "bench.reports",
    "start": "bench.start",
}


def print_table(name: str, rows: list[dict[str, Any]]) -> None:
    """Rows as a table with a head, columns as wide as they need to be."""
    if not rows:
        return
    heads = list(dict.fromkeys(head for row in rows for head in row))
    cells = [heads, *[[str(row.get(head, "")) for head in heads] for row in rows]]
    widths = [max(len(line[place]) for line in cells) for place in range(len(heads))]
    print(f"\n{name}")
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def main(names: list[str]) -> None:
    """Measure what is named, or everything."""
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        sys.exit(f"There is no benchmark {unknown[0]!r}; there are {', '.join(MODULES)}")
    # What is not measured this time stays as it was measured last.
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    found |= {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.system(),
        },
    }
    for name in names or list(MODULES):
        rows = import_module(MODULES[name]).run()
        print_table(name, rows)
        found[name] = rows
    RESULTS.write_text(json.dumps(found, indent=1, default=str) + "\n", encoding="utf-8")
    print(
        f"\nWritten to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
