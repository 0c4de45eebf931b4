#!/bin/bash
# format.sh ROOT: every C++ file is as clang-format 14 would write it.
set -euo pipefail
cd "${1:?root}"
format=$(command -v clang-format-14 || command -v clang-format)
find include src tests -name corpus -prune -o \( -name '*.h' -o -name '*.cpp' \) -print0 |
  xargs -0 -r "$format" --dry-run -Werror
