#!/usr/bin/env python3
"""Compares the fingerprint of a statement's raw text with that of the server's own normalised text.

Runs the statements of fingerprint_pairs.sql (MySQL family) or fingerprint_pairs_pg.sql on a server,
takes DIGEST_TEXT or pg_stat_statements.query for each, and asks `unjam fingerprint --jsonl` (the program
in UNJAM_BIN) for both sides. Prints every pair that differs; exit code 1 if any does.

  fingerprint_pairs.py mysql-9|mariadb|postgresql-MAJOR [--save FILE]

--save keeps the pairs as golden data of the unit tests.
"""
import argparse
import json
import pathlib
import sys

import unjam_binary
from private_server import PrivateServer, installed

HERE = pathlib.Path(__file__).resolve().parent
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


def run(server, script, *options):
    """What the server's client prints, and its complaints."""
    done = server.client(*options, sql=script, check=False)
    return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace").strip()[:200]


def unhex(text):
    return bytes.fromhex(text).decode("utf-8", "replace")


def mysql_pairs(server, dialect, setup, cases):
    options = ["-N", "-B", "-f", "--comments", "--default-character-set=utf8mb4"]
    run(server, ";\n".join(setup) + ";\n", *options)
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
        answer, complaint = run(server, script, *options)
        lines = [line.replace("digest ", "") for line in answer.splitlines()
                 if dialect == "mysql" or line.startswith("digest ")]
        if len(lines) == 1 and lines[0] != "NULL":
            pairs.append((case, unhex(lines[0])))
        else:
            print("no digest: %r: %s %s" % (case, lines, complaint), file=sys.stderr)
    return pairs


def postgres_pairs(server, setup, cases):
    options = ["-X", "-A", "-t", "-q"]
    run(server, ";\n".join(setup) + ";\n", *options)
    pairs = []
    for case in cases:
        wrapped = case.endswith(IN_TRANSACTION)
        case = case.removesuffix(IN_TRANSACTION).rstrip()
        script = ("%sselect pg_stat_statements_reset() \\g /dev/null\n%s\n;\n"
                  "select 'digest ' || encode(convert_to(query, 'UTF8'), 'hex') from pg_stat_statements "
                  "where query not like '%%pg_stat_statements%%';\n"
                  % ("begin;\n" if wrapped else "", case))
        answer, complaint = run(server, script, *options)
        lines = [line[7:] for line in answer.splitlines() if line.startswith("digest ")]
        # What a statement executes inside is listed too.
        own = sorted(line for line in lines if unhex(line)[:4].lower() == case[:4].lower())
        if own:
            pairs.append((case, unhex(own[0])))
        else:
            print("no entry: %r: %s %s" % (case, lines, complaint), file=sys.stderr)
    return pairs


def fingerprints(dialect, texts):
    lines = "".join(json.dumps({"dialect": dialect, "sql": text}) + "\n" for text in texts)
    answer = unjam_binary.run("fingerprint", "--jsonl", sql=lines.encode())
    return [json.loads(line) for line in answer.splitlines()]


def private_server(name):
    if name == "mariadb":
        return PrivateServer("start-mariadb.sh")
    if name.startswith("mysql-"):
        return PrivateServer("start-mysql.sh", installed(name))
    major = name.removeprefix("postgresql-")
    programs = "/usr/lib/postgresql/15/bin" if major == "15" else installed(name) / "bin"
    return PrivateServer("start-postgresql.sh", programs,
                         options=["shared_preload_libraries = 'pg_stat_statements'", "pg_stat_statements.track = 'top'"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("server", help="mysql-9, mariadb or postgresql-MAJOR")
    parser.add_argument("--save", help="file for the pairs, as JSON lines")
    arguments = parser.parse_args()

    dialect = arguments.server.partition("-")[0]
    setup, cases = statements(dialect)
    with private_server(arguments.server) as server:
        if dialect == "postgresql":
            pairs = postgres_pairs(server, setup, cases)
        else:
            pairs = mysql_pairs(server, dialect, setup, cases)
    raw = fingerprints(dialect, [pair[0] for pair in pairs])
    digest = fingerprints(dialect, [pair[1] for pair in pairs])
    differing = 0
    for pair, left, right in zip(pairs, raw, digest):
        if left["fingerprint_id"] != right["fingerprint_id"]:
            differing += 1
            print("raw    %s\n  ->   %s\ndigest %s\n  ->   %s\n"
                  % (pair[0], left["fingerprint"], pair[1], right["fingerprint"]))
    print("%d of %d pairs agree; %d of %d statements gave a pair"
          % (len(pairs) - differing, len(pairs), len(pairs), len(cases)))
    if arguments.save:
        with open(arguments.save, "w", encoding="utf-8") as out:
            for sql, text in pairs:
                out.write(json.dumps({"dialect": dialect, "raw": sql, "digest": text},
                                     ensure_ascii=False) + "\n")
    return 1 if differing or len(pairs) < 0.9 * len(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
