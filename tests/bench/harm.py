#!/usr/bin/env python3
"""harm.py [--pairs N] [--seconds S] [--interval 10s] [postgresql|mariadb|mysql...]: what unjam costs the server it watches.

Runs pgbench or sysbench on a private server, in pairs of slices of S seconds, with `unjam serve` polling and without, in
turns, so that a slow minute of the machine hits both. Prints the median of the pairs' ratios of throughput, their
quartiles, and the time that each poll took on the server (its own metric). A Markdown table; exit code 1 when the
median loss is above the bar of 0.5 %.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
from private_server import PrivateServer, free_port, installed  # noqa: E402

BAR = 0.005
PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


class PostgreSql:
    name = "PostgreSQL 15, pgbench"

    def start(self):
        return PrivateServer("start-postgresql.sh", PROGRAMS,
                             options=["shared_preload_libraries = 'pg_stat_statements'", "log_min_duration_statement = -1"])

    def prepare(self, server):
        server.client("-d", "postgres", sql="CREATE EXTENSION pg_stat_statements;")
        server.client("-d", "postgres", sql=(ROOT / "deploy/grants/postgresql.sql").read_text())
        server.client("-d", "postgres", sql="ALTER ROLE unjam PASSWORD 'bench';")
        subprocess.run([*self.bench(server), "-i", "-s", "10", "-q"], check=True, capture_output=True)

    @staticmethod
    def bench(server):
        words = (server.folder / "client").read_text().split()
        return [PROGRAMS / "pgbench", "-h", words[words.index("-h") + 1], "-p", words[words.index("-p") + 1], "-U", "postgres",
                "postgres"]

    def run(self, server, seconds):
        done = subprocess.run([*self.bench(server)[:-1], "-c", "4", "-T", str(seconds), "postgres"], check=True,
                              capture_output=True, text=True)
        return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])

    def target(self, server):
        words = (server.folder / "client").read_text().split()
        return f"engine: postgresql\n    socket: {words[words.index('-h') + 1]}\n    port: {words[words.index('-p') + 1]}"


class MySqlFamily:
    def __init__(self, name, grants, *start):
        self.name, self.grants, self.command = name, grants, start

    def start(self):
        return PrivateServer(*self.command, options=["--slow-query-log=0"])

    def prepare(self, server):
        server.client(sql=(ROOT / "deploy/grants" / self.grants).read_text())
        server.client(sql="ALTER USER unjam@localhost IDENTIFIED BY 'bench'; CREATE DATABASE sbtest;")
        subprocess.run([*self.bench(server), "prepare"], check=True, capture_output=True)

    @staticmethod
    def bench(server):
        return ["sysbench", "oltp_read_write", f"--mysql-socket={server.folder}/s.sock", "--mysql-user=root", "--tables=4",
                "--table-size=20000", "--threads=4", "--report-interval=0"]

    def run(self, server, seconds):
        done = subprocess.run([*self.bench(server), f"--time={seconds}", "run"], check=True, capture_output=True, text=True)
        return float(re.search(r"transactions:\s+\d+\s+\(([\d.]+) per sec", done.stdout)[1])

    def target(self, server):
        engine = "mariadb" if self.grants == "mariadb.sql" else "mysql"
        return f"engine: {engine}\n    socket: {server.folder}/s.sock"


SERVERS = {
    "postgresql": PostgreSql(),
    "mariadb": MySqlFamily("MariaDB 10.11, sysbench", "mariadb.sql", "start-mariadb.sh"),
    "mysql": MySqlFamily("MySQL 9, sysbench", "mysql.sql", "start-mysql.sh", "mysql-9"),
}


class Unjam:
    """`unjam serve` on one target, while in a `with` block."""

    def __init__(self, binary, target, interval):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="unjam-harm-"))
        self.port = free_port()
        self.binary = binary
        (self.folder / "unjam.yaml").write_text(
            f"store:\n  path: {self.folder}/unjam.db\nhttp:\n  port: {self.port}\ntargets:\n  - name: bench\n    {target}\n"
            f"    user: unjam\n    password: bench\n    counters:\n      interval: {interval}\n")
        self.polls = []

    def __enter__(self):
        self.process = subprocess.Popen([self.binary, "serve", "--config", self.folder / "unjam.yaml"],
                                        stderr=(self.folder / "log").open("w"))
        return self

    def __exit__(self, *_):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            self.metrics = answer.read().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
            pass
        self.process.terminate()
        self.process.wait(20)

    def server_time_us(self):
        found = re.search(r"^unjam_\w*server_time\w*\{[^}]*\} ([\d.e+]+)", self.metrics, re.MULTILINE)
        return found[1] if found else "?"


def measure(kind, arguments):
    ratios, server_times = [], []
    server = kind.start()
    with server:
        kind.prepare(server)
        kind.run(server, arguments.seconds)  # warm
        for pair in range(arguments.pairs):
            tps = {}
            for watched in ((True, False) if pair % 2 == 0 else (False, True)):
                if watched:
                    with Unjam(arguments.unjam, kind.target(server), arguments.interval) as unjam:
                        time.sleep(1)
                        tps[True] = kind.run(server, arguments.seconds)
                    server_times.append(unjam.server_time_us())
                else:
                    tps[False] = kind.run(server, arguments.seconds)
            ratios.append(tps[True] / tps[False])
            print(f"{kind.name}: pair {pair + 1}: {tps[False]:.0f} without, {tps[True]:.0f} with", file=sys.stderr)
    return ratios, server_times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("servers", nargs="*", default=list(SERVERS))
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=21)
    parser.add_argument("--interval", default="10s")
    parser.add_argument("--unjam", default=str(ROOT / "build/release/src/app/unjam"))
    arguments = parser.parse_args()
    SERVERS["mysql"].command = ("start-mysql.sh", installed("mysql-9"))
    worst = 0.0
    print("| server | pairs | throughput with unjam / without, median | quartiles | server time per poll (µs) |")
    print("|---|--:|--:|--:|--:|")
    for name in arguments.servers:
        ratios, server_times = measure(SERVERS[name], arguments)
        quartiles = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
        print(f"| {SERVERS[name].name} | {len(ratios)} | {quartiles[1]:.4f} | {quartiles[0]:.4f} – {quartiles[2]:.4f} | "
              f"{', '.join(server_times)} |", flush=True)
        worst = max(worst, 1 - quartiles[1])
    return 1 if worst > BAR else 0


if __name__ == "__main__":
    sys.exit(main())
