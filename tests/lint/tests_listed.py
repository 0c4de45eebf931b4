#!/usr/bin/env python3
"""tests_listed.py ROOT: every source under src/ and tests/ is named in the CMakeLists.txt of its folder, so
that no test exists that is never run."""
import re
import tree


def check(root):
    for path in tree.files(root):
        if path.suffix != ".cpp" or path.parts[0] not in ("src", "tests"):
            continue
        lists = [folder / "CMakeLists.txt" for folder in path.parents]
        lists = next((root / name for name in lists if (root / name).is_file()), None)
        text = lists.read_text()
        # A list of fuzz targets names them without the ending that all of them share.
        names = {str((root / path).relative_to(lists.parent)), path.name.removesuffix("_fuzz.cpp")}
        if not any(re.search(rf"(?<![\w/.]){re.escape(name)}(?![\w/.])", text) for name in names):
            yield f"{path}: not named in {lists.relative_to(root)}"


if __name__ == "__main__":
    tree.main(check)
