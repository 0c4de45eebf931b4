#!/usr/bin/env python3
"""measure.py FOLDER: times unjam and other readers on the logs that run.sh generated into FOLDER, checks what unjam
reads against the truth, and prints Markdown tables."""
import argparse
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# Largest CPU time and wall time allowed, as multiples of the yardstick's.
BARS = {"mysql": (2.0, 1.2), "pg": (3.0, 1.8), "packed": (1.3, 1.3)}


class Measured:
    """Medians of several runs of one command."""

    def __init__(self, name, command, size):
        self.name, self.command, self.size = name, command, size
        self.walls, self.cpus, self.peak_kib = [], [], 0

    def run(self, out):
        """`out` takes the output: given /dev/null, grep would stop at the first match."""
        out.truncate(0)
        out.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(["sh", "-c", "exec " + self.command], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{self.command}: exit code {process.returncode}")
        self.walls.append(wall)
        self.cpus.append(usage.ru_utime + usage.ru_stime)
        self.peak_kib = max(self.peak_kib, usage.ru_maxrss)

    wall = property(lambda self: statistics.median(self.walls))
    cpu = property(lambda self: statistics.median(self.cpus))
    speed = property(lambda self: self.size / 1e6 / self.cpu)

    def row(self, yardstick):
        def times(value, other):
            return "—" if self.size != yardstick.size else f"{value / other:.2f}"
        return (f"| {self.name} | {self.size / 1e6:.0f} | {self.wall:.2f} | {self.cpu:.2f} | {self.speed:.0f} | "
                f"{yardstick.speed / self.speed:.2f} | {times(self.wall, yardstick.wall)} | {self.peak_kib / 1024:.0f} |")


class Bench:
    def __init__(self, options):
        self.options, self.folder = options, pathlib.Path(options.folder)
        self.mistakes, self.missed = [], []

    def measured(self, commands, path, runs):
        """Runs the commands in turns, after one that warms the page cache."""
        size = path.stat().st_size
        measured = [Measured(name, command.replace("{}", str(path)), size) for name, command in commands]
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass
        with tempfile.TemporaryFile() as out:
            for _ in range(runs):
                for one in measured:
                    one.run(out)
        return measured

    def bar(self, title, mine, yardstick, kind):
        cpu, wall = mine.cpu / yardstick.cpu, mine.wall / yardstick.wall
        if cpu > BARS[kind][0] or wall > BARS[kind][1]:
            self.missed.append(f"{title}: CPU {cpu:.2f} of at most {BARS[kind][0]}, wall {wall:.2f} of at most {BARS[kind][1]}")

    def check(self, title, path, name):
        """In a process of its own: what this one allocates would count as the peak memory of its children."""
        dialect = "mysql" if title.startswith("mysql") else "postgresql"
        if "mariadb" in title:
            dialect = "mariadb"
        done = subprocess.run([sys.executable, "-B", pathlib.Path(__file__).with_name("check.py"), self.options.unjam, dialect, path,
                               self.folder / f"{name}.json"], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            self.mistakes.append(f"{title}: {done.stdout}")

    def table(self, title, measured, yardstick):
        print(f"\n**{title}**\n\n| tool | MB | wall s | CPU s | MB per CPU s | CPU per MB ÷ {yardstick.name.split()[0].strip('`')} "
              f"| wall ÷ {yardstick.name.split()[0].strip('`')} | peak MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|")
        for one in measured:
            print(one.row(yardstick))
        sys.stdout.flush()

    def log(self, name, title, pattern, kind, peers):
        path = self.folder / f"{name}.log"
        unjam = self.options.unjam
        measured = self.measured([("`grep -c`", f"env LC_ALL=C grep -c '{pattern}' {{}}"), ("`wc -l`", "wc -l {}"),
                                  ("**unjam analyze**", f"{unjam} analyze {{}}")], path, self.options.runs)
        yardstick, _, mine = measured
        self.bar(title, mine, yardstick, kind)
        small = self.folder / f"{name}.small.log"
        for peer, command in peers:
            if shutil.which(command.split()[0]):
                measured += self.measured([(peer, command)], small, 1)
        self.table(title, measured, yardstick)
        self.check(title, path, name)

    def packed(self, name, title):
        path = self.folder / f"{name}.log"
        for ending, pack, unpack in (("gz", "gzip -6 -k -f", "zcat"), ("zst", "zstd -q -f", "zstdcat")):
            packed = path.with_name(f"{path.name}.{ending}")
            if not packed.exists():
                subprocess.run([*pack.split(), path], check=True)
            measured = self.measured([(f"`{unpack}`", f"{unpack} {{}} > /dev/null"), (f"**unjam analyze** .{ending}", f"{self.options.unjam} analyze {{}}")],
                                     packed, self.options.runs)
            for one in measured:
                one.size = path.stat().st_size
            self.bar(f"{title} .{ending}", measured[1], measured[0], "packed")
            self.table(f"{title} .{ending}, sizes unpacked", measured, measured[0])
            self.check(title, packed, name)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii", errors="replace")
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--unjam", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--mysqldumpslow", default="mysqldumpslow")
    options = parser.parse_args()
    bench = Bench(options)
    print(f"{time.strftime('%Y-%m-%d')}, {machine()}. Medians of {options.runs} runs in turns, page cache warm; the slow tools ran once, on the "
          "smaller log in their row.")
    mysql_peers = [("pt-query-digest", "pt-query-digest {}"), ("mysqldumpslow", options.mysqldumpslow + " {}")]
    bench.log("mysql80", "mysql-slow, MySQL 8", "^# Query_time", "mysql", mysql_peers)
    for flavour in ("percona", "mariadb", "mysql51"):
        bench.log(flavour, f"mysql-slow, {flavour}", "^# Query_time", "mysql", [])
    for name, pgbadger in (("stderr", "stderr -p '%m [%p] %q%u@%d '"), ("rds", None), ("csv", "csv"), ("json", "jsonlog")):
        bench.log(name, f"pg-{name}", "duration", "pg",
                  # Its -o removes the file first, /dev/null too when root asks for it.
                  [("pgbadger", f"pgbadger -q -f {pgbadger} -x text -o - {{}}")] if pgbadger else [])
    bench.packed("mysql80", "mysql-slow, MySQL 8")
    bench.packed("stderr", "pg-stderr")
    print()
    for line in bench.mistakes:
        print(f"WRONG: {line}")
    for line in bench.missed:
        print(f"SLOW: {line}")
    if not bench.mistakes and not bench.missed:
        print("Counts, sums and every class as generated; every bar met.")
    sys.exit(1 if bench.mistakes or bench.missed else 0)


main()
