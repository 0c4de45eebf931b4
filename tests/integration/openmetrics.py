"""A strict reader of OpenMetrics text format 1.0, as far as unjam uses it: counters and gauges."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{NAME}=\"(?:[^\"\\\n]|\\[\\\"n])*\",?)*)\}})? (\S+)")
LABEL = re.compile(rf"({NAME})=\"((?:[^\"\\\n]|\\[\\\"n])*)\"")
DESCRIPTION = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)")


class Malformed(Exception):
    pass


def parse(text):
    """{sample name: {(label, value) pairs: number}}."""
    if not text.endswith("# EOF\n"):
        raise Malformed("does not end with # EOF")
    samples = {}
    families = {}  # name: {TYPE: ..., UNIT: ..., HELP: ...}
    family = None
    for number, line in enumerate(text.removesuffix("# EOF\n").splitlines(), 1):
        def require(condition, why, line=line, number=number):
            if not condition:
                raise Malformed(f"line {number}: {why}: {line}")

        if line.startswith("#"):
            description = DESCRIPTION.fullmatch(line)
            require(description, "neither TYPE, UNIT nor HELP")
            what, name, value = description.groups()
            if name != family:
                require(name not in families, "a family in two pieces")
                require(what == "TYPE", "a family begins with its TYPE")
                family = name
                families[name] = {}
            require(what not in families[name], "said twice")
            require(not any(key.startswith(name) for key in samples if key in (name, name + "_total")), "after samples")
            families[name][what] = value
            if what == "TYPE":
                require(value in ("counter", "gauge"), "unknown type")
                require(not name.endswith("_total"), "a family's name does not end with _total")
            if what == "UNIT":
                require(name.endswith("_" + value), "the name ends with the unit")
            continue
        sample = SAMPLE.fullmatch(line)
        require(sample, "not a sample")
        name, labels, value = sample.groups()
        require(family is not None, "a sample without a family")
        counter = families[family]["TYPE"] == "counter"
        require(name == family + ("_total" if counter else ""), "a sample of another family")
        pairs = LABEL.findall(labels or "")
        require(",".join(f'{key}="{text}"' for key, text in pairs) == (labels or ""), "labels")
        require(len(dict(pairs)) == len(pairs), "a label twice")
        key = frozenset((label, re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), text))
                        for label, text in pairs)
        number_read = float(value)
        require(not counter or number_read >= 0, "a counter below 0")
        require(key not in samples.setdefault(name, {}), "the same sample twice")
        samples[name][key] = number_read
    for name, described in families.items():
        if "HELP" not in described:
            raise Malformed(f"{name} has no HELP")
    return samples
