#!/usr/bin/env python3
"""layers.py ROOT: every #include of include/ and src/ follows src/layers.txt, and third-party headers stay
in the modules that may use them."""
import re
import tree

# Header prefix: modules that may include it. No third-party header may appear under include/.
THIRD_PARTY = {
    "CLI/": {"app"},
    "cppconn/": {"drivers"},
    "fmt/": {"base", "model", "lex", "config", "drivers", "collect", "normalize", "aggregate", "watch", "store", "rank",
             "report", "serve", "app"},
    "httplib.h": {"serve"},
    "nlohmann/": {"watch", "report", "serve", "app"},
    "pqxx/": {"drivers"},
    "re2/": {"normalize", "collect", "rank", "app"},
    "spdlog/": {"watch", "store", "serve", "app"},
    "sqlite3.h": {"drivers"},
    "systemd/": {"app"},
    "xxhash.h": {"model", "lex", "collect", "aggregate"},
    "yaml-cpp/": {"config"},
    "zlib.h": {"collect", "app"},
    "zstd.h": {"collect", "store", "app"},
}
# The operating system's and the compiler's own.
SYSTEM = re.compile(r"(sys/\w+|unistd|fcntl|poll|signal|pthread|sched|[a-z]*intrin|cpuid|arm_neon)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def allowed_modules(root):
    layers = {}
    for line in (root / "src/layers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            module, _, names = line.partition(":")
            layers[module.strip()] = names.split()
    return layers


def check(root):
    layers = allowed_modules(root)
    seen = []
    for module, names in layers.items():
        for name in names:
            if name not in seen:
                yield f"src/layers.txt: {module} may include {name}, which does not stand above it"
        seen.append(module)
    for path in tree.files(root):
        parts = path.parts
        if path.suffix not in (".h", ".cpp") or parts[0] not in ("src", "include"):
            continue
        contract = parts[0] == "include"
        module = parts[2 if contract else 1]
        if module not in layers:
            yield f"{path}: module {module} is not in src/layers.txt"
            continue
        for bracket, header in INCLUDE.findall((root / path).read_text()):
            words = header.split("/")
            if bracket == '"':
                target = words[1] if words[0] == "unjam" and len(words) > 2 else words[0]
                if len(words) < 2 or target not in layers:
                    yield f'{path}: "{header}" is neither "unjam/MODULE/..." nor "MODULE/..."'
                elif target != module and target not in layers[module]:
                    yield f'{path}: {module} may not include "{header}" (src/layers.txt)'
                elif contract and words[0] != "unjam":
                    yield f'{path}: a contract may not include "{header}", which is private to {target}'
                continue
            if re.fullmatch(r"[a-z0-9_]+", header) or SYSTEM.match(header):
                continue
            users = next((users for prefix, users in THIRD_PARTY.items() if header.startswith(prefix)), None)
            if contract or users is None or module not in users:
                yield f"{path}: <{header}> may not be included here (THIRD_PARTY in tests/lint/layers.py)"


if __name__ == "__main__":
    tree.main(check)
