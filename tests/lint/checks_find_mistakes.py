#!/usr/bin/env python3
"""Every check of this folder reports the mistake that it is there for, and accepts a tree without one."""
import pathlib
import tempfile
import unittest

import file_sizes
import layers
import tests_listed
import top_level

SOUND = {
    "src/layers.txt": "base:\nlex: base\ncollect: base lex\n",
    "src/base/CMakeLists.txt": "unjam_module(base SOURCES time.cpp)",
    "src/base/time.cpp": '#include "unjam/base/time.h"\n#include <sys/stat.h>\n#include <vector>\n',
    "src/lex/shape.h": "",
    "src/collect/CMakeLists.txt": "unjam_module(collect SOURCES log.cpp)",
    "src/collect/log.cpp": '#include <re2/re2.h>\n#include "lex/shape.h"\n#include "unjam/base/time.h"\n',
    "include/unjam/base/time.h": "#include <chrono>\n",
    "tests/CMakeLists.txt": "foreach(reader csv_log)",
    "tests/csv_log_fuzz.cpp": "",
    "README.md": "base/ lex/ collect/\n",
    ".clang-format": "",
}


class Checks(unittest.TestCase):
    def mistakes(self, check, **changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**SOUND, **changes.pop("files", {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return list(check(root))

    def test_sound_tree(self):
        for module in (file_sizes, layers, tests_listed, top_level):
            self.assertEqual([], self.mistakes(module.check), module.__name__)

    def test_one_mistake_each(self):
        for check, name, text in [
            (layers.check, "src/lex/shape.h", '#include "collect/log.h"\n'),
            (layers.check, "src/lex/shape.h", '#include "unjam/collect/log.h"\n'),
            (layers.check, "src/lex/shape.h", '#include "other.h"\n'),
            (layers.check, "src/lex/shape.h", "#include <re2/re2.h>\n"),
            (layers.check, "src/lex/shape.h", "#  include <unheard/of.h>\n"),
            (layers.check, "src/new/shape.h", ""),
            (layers.check, "src/layers.txt", "base:\nlex: base collect\ncollect: base lex\n"),
            (layers.check, "include/unjam/base/time.h", "#include <fmt/core.h>\n"),
            (layers.check, "include/unjam/base/time.h", '#include "base/private.h"\n'),
            (tests_listed.check, "src/base/clock.cpp", ""),
            (tests_listed.check, "tests/json_log_fuzz.cpp", ""),
            (tests_listed.check, "tests/time_test.cpp", ""),
            (file_sizes.check, "src/base/time.cpp", "\n" * 501),
            (top_level.check, "notes.txt", ""),
            (top_level.check, "README.md", "base/ lex/\n"),
            (top_level.check, "README.md", "base/ lex/ collect/ src/store/\n"),
        ]:
            with self.subTest(name=name, text=text[:40]):
                self.assertEqual(1, len(self.mistakes(check, files={name: text})))


if __name__ == "__main__":
    unittest.main()
