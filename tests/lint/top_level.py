#!/usr/bin/env python3
"""top_level.py ROOT: nothing lies at the top that does not belong there, and README.md's module map names
the modules that exist and no others."""
import re
import tree

ALLOWED = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "deploy", "include", "rules", "src",
           "tests"}


def check(root):
    paths = tree.files(root)
    for name in sorted({path.parts[0] for path in paths}):
        if name not in ALLOWED and not name.startswith("."):
            yield f"{name}: does not belong at the top level"
    modules = {path.parts[1] for path in paths if path.parts[0] == "src" and len(path.parts) > 2}
    readme = root / "README.md"
    if not readme.is_file():
        yield "README.md: missing"
        return
    text = readme.read_text()
    for module in sorted(modules):
        if not re.search(rf"(?<![\w.-]){module}/", text):
            yield f"README.md: the module map lacks {module}/"
    for module in sorted(set(re.findall(r"\bsrc/(\w+)/", text)) - modules):
        yield f"README.md: names src/{module}/, which does not exist"


if __name__ == "__main__":
    tree.main(check)
