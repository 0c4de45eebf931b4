#!/usr/bin/env python3
"""clang_tidy.py BUILD [PATTERN]: clang-tidy 14 over the sources of src/ (those whose path matches PATTERN), with the
compile commands of the build folder BUILD. Its findings are errors (.clang-tidy).

A file that was clean is not looked at again until it, a header of it, the configuration or the tool changes: its
preprocessed text is remembered in UNJAM_TIDY_CACHE (default: $XDG_CACHE_HOME or ~/.cache, unjam-clang-tidy)."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = shutil.which("clang-tidy-14") or shutil.which("clang-tidy") or sys.exit("clang-tidy is not installed")
CACHE = pathlib.Path(os.environ.get("UNJAM_TIDY_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "unjam-clang-tidy")


def output(*command, cwd=ROOT):
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True)


def stamp(entry, configuration):
    """Where a clean result of this file is remembered."""
    words = shlex.split(entry["command"])
    words[words.index("-o") + 1] = "-"
    # With comments, because they may hold suppressions.
    words[words.index("-c"):words.index("-c") + 1] = ["-E", "-C"]
    text = output(*words, cwd=entry["directory"]).stdout
    # Neither line markers nor the place of the checkout matter, but how it is compiled does.
    text = re.sub(rb"(?m)^# .*$", b"", text) + " ".join(words).replace(str(ROOT), "").encode()
    return CACHE / hashlib.sha256(configuration + text).hexdigest()


def check(entry, build, configuration):
    remembered = stamp(entry, configuration)
    if remembered.exists():
        remembered.touch()
        return "", False
    done = output(TOOL, "--quiet", "-p", build, entry["file"])
    if done.returncode == 0:
        CACHE.mkdir(parents=True, exist_ok=True)
        remembered.touch()
        return "", True
    lines = (done.stdout + done.stderr).decode(errors="replace").splitlines()
    return "\n".join(line for line in lines if not re.match(r"\d+ warnings? |Suppressed |Use -header-filter", line)), True


def main():
    build, pattern = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else ""
    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text())
               if entry["file"].startswith(f"{ROOT}/src/") and re.search(pattern, entry["file"])]
    configuration = (ROOT / ".clang-tidy").read_bytes() + output(TOOL, "--version").stdout
    checked, failed = 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for text, fresh in pool.map(lambda entry: check(entry, build, configuration), entries):
            checked += fresh
            if text:
                failed += 1
                print(text, flush=True)
    print(f"{len(entries)} files, {checked} of them checked anew, {failed} with findings")
    sys.exit(1 if failed or not entries else 0)


main()
