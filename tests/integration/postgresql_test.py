#!/usr/bin/env python3
"""postgresql_test.py MAJOR: executes a known workload and reads the same log in every form that the server
writes: stderr, csv and (15 and newer) json."""
import csv
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

import unjam_binary
from private_server import PrivateServer, installed, skip

SCHEMA = """
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, state text, note text);
CREATE TABLE items (id serial PRIMARY KEY, order_id int, sku text, amount int);
INSERT INTO orders SELECT i, i % 7, 'open', repeat('x', 100) FROM generate_series(1, 20000) i;
"""
FORGED = ("SELECT 'x\n2024-01-01 00:00:00.000 UTC [1] evil@evil LOG:  duration: 7777.000 ms  statement: DELETE FROM forged"
          "\n' AS forged")
DURATION = re.compile(r"duration: (\d+)\.(\d{3}) ms  (?:statement|execute [^:]*): ")


def simple_workload():
    """Query classes sent by the simple protocol: executions of each, all different in their literals."""
    return {
        "order by id": [f"SELECT * FROM orders WHERE id = {i};" for i in range(1, 26)],
        "tagged": [f"SELECT note FROM orders WHERE id={i} /*application='Shop',controller='orders',action='show'*/;"
                   for i in range(1, 13)],
        "list": ["SELECT id FROM orders WHERE customer_id IN (" + ", ".join(str(j) for j in range(i)) + ") ORDER BY id LIMIT 3;"
                 for i in range(1, 18)],
        "insert": ["INSERT INTO items (order_id, sku, amount) VALUES "
                   + ", ".join(f"({i}, 'it''s {j}', {j})" for j in range(1, 2 + i % 4)) + ";" for i in range(1, 21)],
        "lines": [f"SELECT o.id,\n\tSUM(i.amount)\n  FROM orders o\n  JOIN items i ON i.order_id = o.id\n"
                  f" WHERE o.state <> 'a;b\n\n\t{i}\"'\n GROUP BY o.id;" for i in range(9)],
        "text": [f"SELECT E'é \U0001f40c 日本 \\' {i}', $body$ it's -- {i} $body$ AS text, 'C:\\';" for i in range(8)],
        "update": [f"UPDATE orders SET state = 'paid', note = NULL WHERE id = {i};" for i in range(1, 16)],
        "sleep": [f"SELECT pg_sleep(0.0{i});" for i in range(1, 5)],
        "forged": [FORGED + ";"] * 3,
    }


def in_each_format(test):
    """Runs `test(self, format, report)` for the log in every form."""
    def run(self):
        for name, report in self.reports.items():
            with self.subTest(name):
                test(self, name, report)
    return run


class ServerLog(unittest.TestCase):
    major = 15

    @classmethod
    def setUpClass(cls):
        programs = pathlib.Path("/usr/lib/postgresql/15/bin")
        if cls.major != 15:
            programs = installed(f"postgresql-{cls.major}") / "bin"
        elif not programs.is_dir():
            skip("postgresql-15 is not installed")
        cls.pgbench = shutil.which("pgbench") or shutil.which("/usr/lib/postgresql/15/bin/pgbench")
        if not cls.pgbench or not shutil.which("psql"):
            skip("postgresql-client-15 (psql, pgbench) is not installed")
        cls.workload = simple_workload()
        cls.sent = ["SELECT 'first';"]
        for number in range(max(map(len, cls.workload.values()))):
            cls.sent += [texts[number] for texts in cls.workload.values() if number < len(texts)]
        cls.sent.append("SELECT 'last';")
        server = PrivateServer("start-postgresql.sh", programs)
        with server:
            server.client(sql=SCHEMA)
            server.client("-d", "postgres", sql="\n".join(cls.sent) + "\n")
            cls.extended_protocol(server)
            cls.failures(server)
            server.stop()
            cls.logs = {"pg-stderr": server.folder / "log/pg.log", "pg-csv": server.folder / "log/pg.csv"}
            if cls.major >= 15:
                cls.logs["pg-json"] = server.folder / "log/pg.json"
            with open(cls.logs["pg-csv"], newline="", encoding="utf-8") as file:
                cls.rows = [(row[11], row[13]) for row in csv.reader(file)]
            cls.reports = {name: unjam_binary.analyze(path) for name, path in cls.logs.items()}
            cls.events = {name: unjam_binary.events(path) for name, path in cls.logs.items()}

    @classmethod
    def extended_protocol(cls, server):
        for mode, column in (("extended", "customer_id"), ("prepared", "state")):
            script = server.folder / f"{mode}.sql"
            value = ":n" if mode == "extended" else "'s' || :n"
            script.write_text(f"\\set n random(1, 1000)\nSELECT count(*) FROM orders WHERE {column} = {value};\n")
            arguments = (server.folder / "client").read_text().split("psql -X -q", 1)[1].replace('"$@"', "").split()
            subprocess.run([cls.pgbench, *arguments, "-n", "-M", mode, "-c", "2", "-t", "20", "-f", script, "postgres"],
                           check=True, capture_output=True)

    @classmethod
    def failures(cls, server):
        server.client(sql="INSERT INTO orders VALUES (1, 1, 'again', '');", check=False)
        server.client(sql="SET statement_timeout = '100ms'; SELECT pg_sleep(3);", check=False)
        server.client(sql="SET work_mem = '64kB'; SELECT note FROM orders ORDER BY note, id DESC OFFSET 19990;")
        update = "UPDATE orders SET note = 'locked' WHERE id = {};"
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction';"
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock';"
        with server.session() as one, server.session() as other:
            one("BEGIN; " + update.format(100))
            other("BEGIN; " + update.format(200))
            server.wait_until(idle, "2")
            one(update.format(200))
            server.wait_until(waiting, "1")
            other(update.format(100))
            server.wait_until(waiting, "0")
            one("COMMIT;")
            other("COMMIT;")
        with server.session() as holder, server.session() as waiter:
            holder("BEGIN; " + update.format(300))
            server.wait_until(idle, "1")
            waiter(update.format(300))
            server.wait_until(waiting, "1")
            time.sleep(0.5)  # longer than deadlock_timeout
            holder("COMMIT;")

    def messages(self, pattern, severity="LOG"):
        return [match for level, message in self.rows if level == severity and (match := re.match(pattern, message))]

    def query_class(self, report, texts):
        ids = set(unjam_binary.fingerprint_ids("postgresql", texts))
        self.assertEqual(1, len(ids), f"{texts[0]}: one fingerprint")
        found = [query for query in report["queries"] if query["fingerprint_id"] in ids]
        self.assertEqual(1, len(found), f"{texts[0]}: in the report")
        return found[0]

    @in_each_format
    def test_the_log_is_read_whole(self, name, report):
        source = report["inputs"][0]
        self.assertEqual(name, source["format"])
        self.assertEqual({}, source.get("skipped", {}))

    @in_each_format
    def test_calls_equal_executions(self, _name, report):
        for name, texts in self.workload.items():
            with self.subTest(name):
                self.assertEqual(len(texts), self.query_class(report, texts)["calls"])

    @in_each_format
    def test_extended_protocol(self, _name, report):
        for text in ("SELECT count(*) FROM orders WHERE customer_id = $1;",
                     "SELECT count(*) FROM orders WHERE state = 's' || $1;"):
            self.assertEqual(40, self.query_class(report, [text])["calls"])

    @in_each_format
    def test_totals(self, _name, report):
        durations = [int(match[1] + match[2]) for match in self.messages(DURATION)]
        self.assertGreater(len(durations), 200)
        totals = report["totals"]
        self.assertEqual(len(durations), totals["statements"])
        self.assertEqual(sum(durations), totals["query_time_us"])
        self.assertEqual(len(self.messages(r"duration: ")), totals["events"])
        self.assertEqual(sum(query["calls"] for query in report["queries"]), totals["statements"])

    @in_each_format
    def test_every_format_tells_the_same(self, name, report):
        expected = self.reports["pg-csv"]
        self.assertEqual(expected["totals"], report["totals"])
        self.assertEqual({query["fingerprint_id"]: (query["calls"], query["query_time_s"]) for query in expected["queries"]},
                         {query["fingerprint_id"]: (query["calls"], query["query_time_s"]) for query in report["queries"]})
        # Not the order: the server writes the messages of two sessions to each file as they come.
        keys = [sorted((event["kind"], event.get("sql", ""), event.get("query_time_us", -1), event["pid"])
                       for event in self.events[form]) for form in ("pg-csv", name)]
        self.assertEqual(*keys)

    @in_each_format
    def test_other_signals(self, name, report):
        totals = report["totals"]
        self.assertEqual(1, totals["deadlocks"])
        self.assertEqual(len(self.messages(r"temporary file: ")), totals["temporary_files"])
        self.assertGreaterEqual(totals["temporary_files"], 1)
        self.assertGreaterEqual(totals["lock_waits"], 1)
        self.assertGreaterEqual(totals["errors"], 2)
        if name != "pg-stderr":  # this log_line_prefix has no SQLSTATE
            self.assertLessEqual({"23505", "57014"}, {error["code"] for error in report["errors"]})

    @in_each_format
    def test_events_hold_the_exact_text_in_order(self, name, _report):
        texts = [event["sql"] for event in self.events[name] if event["kind"] == "statement"]
        first, last = texts.index(self.sent[0]), texts.index(self.sent[-1])
        self.assertEqual(self.sent, texts[first:last + 1])

    @in_each_format
    def test_database_user_and_tags(self, _name, report):
        query = self.query_class(report, self.workload["tagged"])
        self.assertEqual({"postgres": 12}, query["databases"])
        self.assertEqual({"postgres": 12}, query["users"])
        self.assertEqual({"application": {"Shop": 12}, "controller": {"orders": 12}, "action": {"show": 12}}, query["tags"])


if __name__ == "__main__":
    ServerLog.major = int(sys.argv.pop(1))
    unittest.main(verbosity=2)
