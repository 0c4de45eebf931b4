"""The unjam program under test: UNJAM_BIN."""
import json
import os
import subprocess

BINARY = os.environ.get("UNJAM_BIN", "unjam")


def run(*arguments, sql=b""):
    done = subprocess.run([BINARY, *map(str, arguments)], input=sql, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"unjam {arguments}: exit code {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def analyze(*arguments):
    """The JSON report, with every query class."""
    return json.loads(run("analyze", "--output", "json", "--top", "0", *arguments))


def events(*arguments):
    return [json.loads(line) for line in run("events", *arguments).splitlines()]


def top(*arguments):
    """The JSON ranking of what a store holds, whenever it was."""
    return json.loads(run("top", "--output", "json", "--top", "0", "--since", "10000d", *arguments))


def fingerprint_ids(dialect, statements):
    """One id for each of `statements`, in order."""
    text = b"".join(statement.encode() + b"\0" for statement in statements)
    lines = run("fingerprint", "--dialect", dialect, "-0", sql=text).decode().splitlines()
    if len(lines) != len(statements):
        raise AssertionError(f"{len(lines)} fingerprints for {len(statements)} statements")
    return [line.split("\t")[0] for line in lines]
