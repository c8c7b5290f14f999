"""Make sample_data/demo: three monthly books, a ledger of three months, and the page that explains them.

Run it again at any time, and where policies, cards or rules changed: it writes the same bytes for the same program. It takes
about twenty seconds, most of them at a desk of the past that takes three months of decisions (scripts/demo/desk.py). `--check` only says whether they are the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "sample_data" / "demo"


def main(arguments: list[str]) -> int:
    """Write the demo, or compare it."""
    sys.path.insert(0, str(ROOT))
    from scripts.demo.files import files

    made = files()
    if "--check" in arguments:
        stale = [name for name, text in made.items() if not _same(FOLDER / name, text)]
        print("\n".join(f"differs: {name}" for name in stale) or "sample_data/demo is as the script makes it")
        return 1 if stale else 0
    for name, text in made.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    size = sum(len(text.encode()) for text in made.values())
    print(f"{len(made)} files, {size:,} bytes in {FOLDER.relative_to(ROOT)}")
    return 0


def _same(path: Path, text: str) -> bool:
    """Say whether a file holds exactly this text."""
    return path.is_file() and path.read_bytes() == text.encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
