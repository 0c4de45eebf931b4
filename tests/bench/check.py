#!/usr/bin/env python3
"""check.py UNJAM DIALECT LOG TRUTH: compares counts, sums and every single query class that unjam reads from LOG with
what the generator wrote down in TRUTH. Prints what differs; exit code 1 if anything does."""
import json
import subprocess
import sys


def check(unjam, dialect, log, truth):
    report = json.loads(subprocess.run([unjam, "analyze", "--output", "json", "--top", "0", log], check=True, capture_output=True).stdout)
    for key in ("statements", "query_time_us", "fingerprints"):
        if report["totals"][key] != truth[key]:
            yield f"{key} is {report['totals'][key]}, not {truth[key]}"
    statements = b"".join(one["sql"].encode() + b"\0" for one in truth["classes"])
    ids = subprocess.run([unjam, "fingerprint", "--dialect", dialect, "-0"], check=True, capture_output=True,
                         input=statements).stdout.decode().splitlines()
    wanted = {line.split("\t")[0]: (one["calls"], one["us"]) for line, one in zip(ids, truth["classes"], strict=True)}
    found = {query["fingerprint_id"]: (query["calls"], round(query["query_time_s"]["sum"] * 1e6)) for query in report["queries"]}
    wrong = sum(found.get(key) != value for key, value in wanted.items())
    if wrong or len(wanted) != len(truth["classes"]):
        yield f"{wrong} of {len(truth['classes'])} classes have other calls or times"


if __name__ == "__main__":
    with open(sys.argv[4], encoding="utf-8") as file:
        mistakes = list(check(*sys.argv[1:4], json.load(file)))
    print("\n".join(mistakes), end="")
    sys.exit(1 if mistakes else 0)
