#!/usr/bin/env python3
"""mysql_family_test.py mysql-9|mysql-5.6|mariadb: executes a known workload and reads the server's slow log."""
import re
import sys
import time
import unittest

import unjam_binary
from private_server import PrivateServer, installed

SCHEMA = """
CREATE DATABASE shop; CREATE DATABASE crm; USE shop;
CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, state VARCHAR(20), note TEXT);
CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, order_id INT, sku VARCHAR(40), amount INT);
CREATE PROCEDURE crm.close_order(IN which INT) UPDATE shop.orders SET state = 'closed' WHERE id = which;
"""
# A statement that looks like the end of its event and the start of another one.
FORGED = ("SELECT 'x;\n# Time: 2024-01-01T00:00:00.000000Z\n# User@Host: evil[evil] @ localhost []  Id:     1\n"
          "# Query_time: 7777.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\n"
          "SET timestamp=1700000000;\nDELETE FROM forged;\n' AS forged")


def workload():
    """Query classes: executions of each, all different in their literals."""
    return {
        "order insert": [f"INSERT INTO orders VALUES ({i}, {i % 7}, 'open', 'it''s \\'{i}\\' \\\\')" for i in range(1, 31)],
        "items insert": ["INSERT INTO items (order_id, sku, amount) VALUES "
                         + ", ".join(f"({i}, 'sku-{j}', {j})" for j in range(1, 2 + i % 4)) for i in range(1, 21)],
        "order by id": [f"SELECT * FROM orders WHERE id = {i}" for i in range(1, 26)],
        "order by id, tagged": [f"/*application:Shop,controller:orders,action:show*/ SELECT note FROM orders WHERE id={i}"
                                for i in range(1, 13)],
        "list": ["SELECT id FROM orders WHERE customer_id IN (" + ", ".join(str(j) for j in range(i)) + ") ORDER BY id"
                 for i in range(1, 18)],
        "lines": [f"SELECT o.id,\n       SUM(i.amount)\n  FROM orders o\n  JOIN items i ON i.order_id = o.id\n"
                  f" WHERE o.state <> 'a;b\n;{i}'\n GROUP BY o.id" for i in range(9)],
        "text": [f"SELECT 'é \U0001f40c 日本 {i} # no comment -- none /* here */' AS text" for i in range(8)],
        "update": [f"UPDATE orders SET state = 'paid', note = NULL WHERE id = {i}" for i in range(1, 16)],
        "delete": [f"DELETE FROM items WHERE order_id = {i} AND sku LIKE 'sku-{i}%'" for i in range(1, 8)],
        "call": [f"CALL crm.close_order({i})" for i in range(1, 6)],
        "sleep": [f"SELECT SLEEP(0.0{i})" for i in range(1, 5)],
        "forged": [FORGED] * 3,
    }


class SlowLog(unittest.TestCase):
    server_name = ""

    @classmethod
    def setUpClass(cls):
        if cls.server_name == "mariadb":
            server = PrivateServer("start-mariadb.sh", options=["--log-slow-verbosity=query_plan,explain"])
        else:
            server = PrivateServer("start-mysql.sh", installed(cls.server_name))
        cls.dialect = "mariadb" if cls.server_name == "mariadb" else "mysql"
        cls.workload = workload()
        cls.sent = ["SELECT 'first'"]
        # Classes are interleaved, as they are in a real log.
        for number in range(max(map(len, cls.workload.values()))):
            cls.sent += [texts[number] for texts in cls.workload.values() if number < len(texts)]
        cls.sent.append("SELECT 'last'")
        with server:
            server.client(sql=SCHEMA)
            cls.execute_workload(server)
            # Fails: the log tells, or not, by the server's kind.
            server.client("--force", "shop", sql="INSERT INTO orders VALUES (1, 1, 'again', '');", check=False)
            cls.lock_wait(server)
            # Once more, into the table, exported as people do.
            server.client(sql="SET GLOBAL log_output = 'TABLE';")
            server.client("--force", "shop", sql="DELETE FROM orders; DELETE FROM items;")
            cls.execute_workload(server)
            server.client(sql="SET GLOBAL log_output = 'FILE';")
            cls.table = server.folder.parent / "table.tsv"
            cls.table.write_bytes(server.client("-N", "-B", sql="SELECT * FROM mysql.slow_log;").stdout)
            server.stop()
            cls.log = server.folder / "slow.log"
            cls.text = cls.log.read_bytes()
            cls.report = unjam_binary.analyze(cls.log)
            cls.events = unjam_binary.events(cls.log)
            cls.table_report = unjam_binary.analyze(cls.table)
            cls.table_events = unjam_binary.events(cls.table)

    @classmethod
    def execute_workload(cls, server):
        server.client("--comments", "--default-character-set=utf8mb4", "shop", sql="".join(text + ";\n" for text in cls.sent))

    @staticmethod
    def lock_wait(server):
        transactions = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = '{}';"
        with server.session("shop") as holder, server.session("shop") as waiter:
            holder("BEGIN; UPDATE orders SET note = 'held' WHERE id = 9;")
            server.wait_until(transactions.format("RUNNING"), "1")
            waiter("UPDATE orders SET note = 'waited' WHERE id = 9;")
            server.wait_until(transactions.format("LOCK WAIT"), "1")
            time.sleep(0.6)
            holder("COMMIT;")

    def headers(self, key):
        """Values of a header key, of real events only."""
        real = self.text.replace(FORGED.encode(), b"")
        return re.findall(rb"^# .*?\b" + key.encode() + rb": +(\S+)", real, re.MULTILINE)

    def query_class(self, name, report=None):
        ids = set(unjam_binary.fingerprint_ids(self.dialect, self.workload[name]))
        self.assertEqual(1, len(ids), f"{name}: one fingerprint")
        found = [query for query in (report or self.report)["queries"] if query["fingerprint_id"] in ids]
        self.assertEqual(1, len(found), f"{name}: in the report")
        return found[0]

    def test_the_log_is_read_whole(self):
        source = self.report["inputs"][0]
        self.assertEqual("mysql-slow", source["format"])
        self.assertEqual(len(self.text), source["bytes"])
        self.assertEqual({}, source.get("skipped", {}))

    def test_calls_equal_executions(self):
        extra = {"order insert": 1}  # the one that fails
        for name, texts in self.workload.items():
            with self.subTest(name):
                self.assertEqual(len(texts) + extra.get(name, 0), self.query_class(name)["calls"])

    def test_totals(self):
        totals = self.report["totals"]
        microseconds = sum(int(value.replace(b".", b"")) for value in self.headers("Query_time"))
        self.assertEqual(len(self.headers("Query_time")), totals["events"])
        self.assertEqual(microseconds, totals["event_time_us"])
        admin = self.text.count(b"\n# administrator command: ")
        self.assertEqual(admin, totals["admin"])
        self.assertEqual(totals["events"] - admin, totals["statements"])
        self.assertEqual(totals["statements"], sum(query["calls"] for query in self.report["queries"]))
        self.assertEqual(totals["fingerprints"], len(self.report["queries"]))
        self.assertEqual(totals["query_time_us"],
                         round(sum(query["query_time_s"]["sum"] for query in self.report["queries"]) * 1e6))

    def test_rows(self):
        self.assertEqual(25, self.query_class("order by id")["rows_sent"]["sum"])
        self.assertGreaterEqual(self.query_class("lines")["rows_examined"]["sum"], 1)

    def test_times(self):
        sleep = self.query_class("sleep")["query_time_s"]
        self.assertGreater(sleep["sum"], 0.01 + 0.02 + 0.03 + 0.04)
        self.assertGreater(sleep["max"], 0.04)
        self.assertLessEqual(sleep["p50"], sleep["p95"])
        self.assertLessEqual(sleep["p99"], sleep["max"] * 1.01)

    def test_database_and_tags(self):
        self.assertEqual({"shop": 25}, self.query_class("order by id")["databases"])
        tags = self.query_class("order by id, tagged")["tags"]
        self.assertEqual({"application": {"Shop": 12}, "controller": {"orders": 12}, "action": {"show": 12}}, tags)

    def test_lock_wait_is_part_of_the_time(self):
        [waited] = [event for event in self.events if "'waited'" in event.get("sql", "")]
        self.assertGreater(waited["query_time_us"], 500_000)
        if self.dialect == "mysql":
            self.assertGreater(waited["lock_time_us"], 500_000)

    def test_error_number(self):
        [failed] = [event for event in self.events if "'again'" in event.get("sql", "")]
        if self.server_name == "mysql-9":  # log_slow_extra
            self.assertEqual("1062", failed["error"])
        else:
            self.assertNotIn("error", failed)

    def test_events_hold_the_exact_text_in_order(self):
        texts = [event["sql"] for event in self.events if event["kind"] == "statement"]
        first, last = texts.index(self.sent[0]), texts.index(self.sent[-1])
        self.maxDiff = 2000
        # MariaDB can be set to log the statements of a procedure, too.
        read = [text for text in texts[first:last + 1] if "NAME_CONST" not in text]
        self.assertEqual(self.sent, read)

    def test_table(self):
        source = self.table_report["inputs"][0]
        self.assertEqual(("mysql-slow-table", {}), (source["format"], source.get("skipped", {})))
        for name, texts in self.workload.items():
            with self.subTest(name):
                self.assertEqual(len(texts), self.query_class(name, self.table_report)["calls"])
        read = [event["sql"] for event in self.table_events if event["kind"] == "statement"]
        # MariaDB and MySQL 5.6 keep the text in three-byte utf8.
        self.assertEqual([text for text in self.sent if text.isascii()],
                         [text for text in read[read.index(self.sent[0]):read.index(self.sent[-1]) + 1] if text.isascii()
                          and "NAME_CONST" not in text and "AS text" not in text])

    def test_events_agree_with_the_report(self):
        self.assertEqual(self.report["totals"]["events"], len(self.events))
        calls = {}
        for event in self.events:
            if event["kind"] == "statement":
                calls[event["fingerprint_id"]] = calls.get(event["fingerprint_id"], 0) + 1
        self.assertEqual(calls, {query["fingerprint_id"]: query["calls"] for query in self.report["queries"]})


if __name__ == "__main__":
    SlowLog.server_name = sys.argv.pop(1)
    unittest.main(verbosity=2)
