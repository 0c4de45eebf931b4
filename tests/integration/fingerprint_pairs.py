#!/usr/bin/env python3
"""Compares the fingerprint of a statement's raw text with that of the server's own normalised text.

Runs the statements of fingerprint_pairs.sql (MySQL family) or fingerprint_pairs_pg.sql on a server,
takes DIGEST_TEXT or pg_stat_statements.query for each, and asks `unjam fingerprint --jsonl` for both
sides. Prints every pair that differs; exit code 1 if any does, 77 if the server cannot be reached.

  fingerprint_pairs.py --unjam build/release/unjam --dialect mysql      --client "mysql -uroot -S s.sock"
  fingerprint_pairs.py --unjam build/release/unjam --dialect postgresql --client "psql -h 127.0.0.1 -U postgres"

--save FILE keeps the pairs as golden data of the unit tests. The server's database is written to: give
it a private one, with pg_stat_statements loaded or performance_schema on.
"""
import argparse
import json
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
IN_TRANSACTION = "-- in transaction"


def statements(dialect):
    name = "fingerprint_pairs_pg.sql" if dialect == "postgresql" else "fingerprint_pairs.sql"
    only = {"mysql": "-- mysql only", "mariadb": "-- mariadb only"}
    setup, cases = [], []
    target = setup
    for line in (HERE / name).read_text().splitlines():
        if line == "-- statements":
            target = cases
            continue
        if not line or line.startswith("## "):
            continue
        marks = [mark for mark in only.values() if line.endswith(mark)]
        if marks:
            if marks[0] != only.get(dialect):
                continue
            line = line[: -len(marks[0])].rstrip()
        target.append(line.replace("\\n", "\n").replace("\\t", "\t"))
    return setup, cases


def run(client, script, *extra):
    return subprocess.run(shlex.split(client) + list(extra), input=script, text=True, errors="replace",
                          capture_output=True, check=False)


def unhex(text):
    return bytes.fromhex(text).decode("utf-8", "replace")


def mysql_pairs(client, dialect, setup, cases):
    options = ["-N", "-B", "-f", "--comments", "--default-character-set=utf8mb4"]
    run(client, ";\n".join(setup) + ";\n", *options)
    pairs = []
    for case in cases:
        if dialect == "mysql":
            script = ("use unjam_pairs;\nselect hex(statement_digest_text(convert(0x%s using utf8mb4)));\n"
                      % case.encode().hex())
        else:
            script = ("use unjam_pairs;\ntruncate table performance_schema.events_statements_summary_by_digest;\n"
                      "delimiter ;;;\n%s\n;;;\n"
                      "select concat('digest ', hex(digest_text)) from "
                      "performance_schema.events_statements_summary_by_digest "
                      "where digest_text not like 'TRUNCATE TABLE `performance_schema`%%' ;;;\n" % case)
        done = run(client, script, *options)
        lines = [line.replace("digest ", "") for line in done.stdout.splitlines()
                 if dialect == "mysql" or line.startswith("digest ")]
        if len(lines) == 1 and lines[0] != "NULL":
            pairs.append((case, unhex(lines[0])))
        else:
            print("no digest: %r: %s %s" % (case, lines, done.stderr.strip()[:200]), file=sys.stderr)
    return pairs


def postgres_pairs(client, setup, cases):
    options = ["-X", "-A", "-t", "-q"]
    run(client, ";\n".join(setup) + ";\n", *options)
    pairs = []
    for case in cases:
        wrapped = case.endswith(IN_TRANSACTION)
        case = case.removesuffix(IN_TRANSACTION).rstrip()
        script = ("%sselect pg_stat_statements_reset() \\g /dev/null\n%s\n;\n"
                  "select 'digest ' || encode(convert_to(query, 'UTF8'), 'hex') from pg_stat_statements "
                  "where query not like '%%pg_stat_statements%%';\n"
                  % ("begin;\n" if wrapped else "", case))
        done = run(client, script, *options)
        lines = [line[7:] for line in done.stdout.splitlines() if line.startswith("digest ")]
        # What a statement executes inside is listed too.
        own = sorted(line for line in lines if unhex(line)[:4].lower() == case[:4].lower())
        if own:
            pairs.append((case, unhex(own[0])))
        else:
            print("no entry: %r: %s %s" % (case, lines, done.stderr.strip()[:200]), file=sys.stderr)
    return pairs


def fingerprints(unjam, dialect, texts):
    lines = "".join(json.dumps({"dialect": dialect, "sql": text}) + "\n" for text in texts)
    done = subprocess.run(shlex.split(unjam) + ["fingerprint", "--jsonl"], input=lines, text=True, errors="replace",
                          capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--unjam", required=True)
    parser.add_argument("--dialect", required=True, choices=["mysql", "mariadb", "postgresql"])
    parser.add_argument("--client", required=True, help="command of the server's client, with its options")
    parser.add_argument("--save", help="file for the pairs, as JSON lines")
    arguments = parser.parse_args()

    if run(arguments.client, "select 1;\n").returncode != 0:
        print("skipped: no answer from %s" % arguments.client)
        return SKIPPED
    setup, cases = statements(arguments.dialect)
    if arguments.dialect == "postgresql":
        pairs = postgres_pairs(arguments.client, setup, cases)
    else:
        pairs = mysql_pairs(arguments.client, arguments.dialect, setup, cases)
    raw = fingerprints(arguments.unjam, arguments.dialect, [pair[0] for pair in pairs])
    digest = fingerprints(arguments.unjam, arguments.dialect, [pair[1] for pair in pairs])
    differing = 0
    for pair, left, right in zip(pairs, raw, digest):
        if left["fingerprint_id"] != right["fingerprint_id"]:
            differing += 1
            print("raw    %s\n  ->   %s\ndigest %s\n  ->   %s\n"
                  % (pair[0], left["fingerprint"], pair[1], right["fingerprint"]))
    print("%d of %d pairs agree" % (len(pairs) - differing, len(pairs)))
    if arguments.save:
        with open(arguments.save, "w", encoding="utf-8") as out:
            for sql, text in pairs:
                out.write(json.dumps({"dialect": arguments.dialect, "raw": sql, "digest": text},
                                     ensure_ascii=False) + "\n")
    return 1 if differing or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
