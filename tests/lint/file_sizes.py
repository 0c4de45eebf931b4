#!/usr/bin/env python3
"""file_sizes.py ROOT: no source file is longer than 500 lines."""
import tree

LIMIT = 500
SUFFIXES = {".h", ".cpp", ".py", ".sh", ".cmake", ".css", ".js", ".html"}


def check(root):
    for path in tree.files(root):
        if path.suffix in SUFFIXES and "golden" not in path.parts and "corpus" not in path.parts:
            lines = (root / path).read_bytes().count(b"\n")
            if lines > LIMIT:
                yield f"{path}: {lines} lines, more than {LIMIT}"


if __name__ == "__main__":
    tree.main(check)
