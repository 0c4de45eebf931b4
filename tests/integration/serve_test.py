#!/usr/bin/env python3
"""`unjam serve` without a database server: logs, reloads, signals, disks, and who asks over HTTP."""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time
import unittest

import unjam_binary
from private_server import free_port
from unjam_service import Service, wait_for


class Log:
    """A MySQL slow log that grows; execution n takes n milliseconds."""

    def __init__(self, path):
        self.path = path
        self.events = 0
        path.write_text("/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\n"
                        "Tcp port: 3306  Unix socket: /x\nTime                 Id Command    Argument\n")

    def write(self, count):
        text = ""
        for _ in range(count):
            self.events += 1
            text += ("# Time: 2026-11-26T18:00:00.000000Z\n# User@Host: app[app] @ localhost []  Id: 5\n"
                     f"# Query_time: {self.events / 1000:.6f}  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 5\n"
                     f"SET timestamp=1795716000;\nselect * from orders where id = {self.events};\n")
        with self.path.open("a") as log:
            log.write(text)


def log_target(name, log, **keys):
    return {"name": name, "logs": [{"path": str(log.path)}], **keys}


class Serve(unittest.TestCase):
    def test_logs_are_followed(self):
        with Service() as service:
            log = Log(service.folder / "slow.log")
            log.write(100)
            service.configure([log_target("shop", log)])
            service.start()
            wait_for("what was there is counted", lambda: service.calls("shop") == 100)
            log.write(50)
            written = time.monotonic()
            wait_for("what is written is stored", lambda: stored(service, "shop")[0] == 150)
            print(f"visible in top {time.monotonic() - written:.1f} s after it was logged")
            self.assertEqual(service.calls("shop"), 150)
            self.assertEqual(service.page("/readyz"), (200, "ready\n"))
            self.assertEqual(service.readiness(), (200, {"ready": True, "troubles": [], "warnings": []}))
            self.assertEqual(service.metric("unjam_collector_state", target="shop", state="running"), 1)
            self.assertGreater(service.metric("unjam_store_bytes"), 0)
            self.assertEqual(service.stop()[0], 0)
            self.assertNotIn("orders", service.logged(), "no statement in the log")

    def test_what_is_wrong_is_said_where_one_looks(self):
        with Service(unprivileged=True) as service:
            good = Log(service.folder / "good.log")
            good.write(10)
            closed = Log(service.folder / "closed.log")
            closed.path.chmod(0)
            missing = service.folder / "missing.log"
            service.configure([log_target("good", good), log_target("closed", closed),
                               {"name": "missing", "logs": [{"path": str(missing)}]},
                               {"name": "down", "engine": "mysql", "user": "unjam", "port": free_port()},
                               {"name": "lost", "engine": "postgresql", "user": "unjam", "host": "no-such-host.invalid"}])
            service.start()
            wait_for("the good one works", lambda: service.calls("good") == 10)
            for target, state, part in [("closed", "refused", str(closed.path)), ("down", "retrying", "127.0.0.1"),
                                        ("lost", "retrying", "no-such-host.invalid")]:
                with self.subTest(target):
                    wait_for(f"{target} is in trouble", lambda: service.trouble(target))
                    self.assertEqual(service.trouble(target)[0], state)
                    self.assertIn(part, service.trouble(target)[1])
                    self.assertIn(f"target={target}", service.logged())
            wait_for("a missing log is a warning", lambda: any(str(missing) in warning for warning in service.warnings("missing")))
            self.assertEqual(service.readiness()[0], 503)
            # What a person mends works after a reload; what comes back works by itself.
            closed.write(5)
            closed.path.chmod(0o644)
            Log(missing).write(7)
            wait_for("the log that was missing", lambda: service.calls("missing") == 7)
            service.reload()
            wait_for("the log that was closed", lambda: service.calls("closed") == 5)
            self.assertIsNone(service.trouble("closed"))
            good.write(1)
            wait_for("the good one still works", lambda: service.calls("good") == 11)

    def test_reload(self):
        with Service() as service:
            first, second = (Log(service.folder / f"{name}.log") for name in ("first", "second"))
            first.write(10)
            second.write(20)
            service.configure([log_target("first", first)])
            service.start()
            wait_for("the first target", lambda: service.calls("first") == 10)
            polls = service.metric("unjam_collector_polls_total", target="first")
            service.configure([log_target("first", first), log_target("second", second)])
            service.reload()
            wait_for("the target that was added", lambda: service.calls("second") == 20)
            self.assertEqual(service.calls("first"), 10, "the old target goes on, it does not begin anew")
            self.assertGreaterEqual(service.metric("unjam_collector_polls_total", target="first"), polls)

            right = service.config.read_text()
            service.config.write_text(right.replace('"targets"', '"tragets"'))
            service.reload()
            status, page = service.readiness()
            self.assertEqual(status, 503)
            self.assertEqual([trouble["state"] for trouble in page["troubles"]], ["reload"])
            self.assertIn("unknown key 'tragets'; did you mean 'targets'?", page["troubles"][0]["what"])
            first.write(5)
            second.write(5)
            wait_for("both go on", lambda: service.calls("first") == 15 and service.calls("second") == 25)

            service.config.write_text(right)
            service.reload()
            self.assertEqual(service.readiness()[0], 200)
            # A target that goes and comes back goes on where it was.
            service.configure([log_target("second", second)])
            service.reload()
            self.assertEqual(service.calls("first"), 0)
            first.write(3)
            service.configure([log_target("second", second), log_target("first", first)])
            service.reload()
            wait_for("only what is new", lambda: service.calls("first") == 3)
            self.assertEqual(service.calls("second"), 25)

    def test_the_port_changes_on_a_reload(self):
        with Service() as service:
            log = Log(service.folder / "slow.log")
            service.configure([log_target("shop", log)])
            service.start()
            old, service.port = service.port, free_port()
            service.configure([log_target("shop", log)])
            service.reload()
            self.assertEqual(service.page("/readyz"), (200, "ready\n"))
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", old))
            self.assertEqual(service.stop()[0], 0)

    def test_a_port_that_is_taken_refuses_the_reload(self):
        with Service() as service, socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            log = Log(service.folder / "slow.log")
            service.configure([log_target("shop", log)])
            service.start()
            right = service.config.read_text()
            service.config.write_text(right.replace(str(service.port), str(taken.getsockname()[1])))
            service.reload()
            self.assertIn("Address already in use", service.readiness()[1]["troubles"][0]["what"])
            service.config.write_text(right)
            service.reload()
            self.assertEqual(service.page("/readyz"), (200, "ready\n"))

    def test_kill_at_any_time_loses_and_doubles_nothing(self):
        with Service() as service:
            log = Log(service.folder / "slow.log")
            service.configure([log_target("shop", log)])
            chance = random.Random(7)
            for _ in range(10):
                service.start(ready=False)
                log.write(chance.randrange(1, 3000))
                try:
                    service.process.wait(chance.random())
                    self.fail(service.logged())
                except subprocess.TimeoutExpired:
                    service.kill()
            service.start()
            log.write(1)
            wait_for("all is read", lambda: service.metric("unjam_watch_lag_bytes", target="shop") == 0
                     and service.calls("shop") > 0)
            self.assertEqual(service.stop()[0], 0)
            self.assertEqual(stored(service, "shop"), (log.events, sum(range(1, log.events + 1)) / 1000))

    def test_stops_soon(self):
        with Service() as service, socket.socket() as tarpit:
            # Accepts and never says a word: connecting to it takes as long as its timeout.
            tarpit.bind(("127.0.0.1", 0))
            tarpit.listen(16)
            log = Log(service.folder / "slow.log")
            log.write(100)
            service.configure([log_target("shop", log)] + [
                {"name": engine, "engine": engine, "user": "unjam", "port": tarpit.getsockname()[1],
                 "connect_timeout": "60s", "statement_timeout": "60s"} for engine in ("mysql", "postgresql")])
            service.start()
            wait_for("the log is read", lambda: service.calls("shop") == 100)
            code, seconds = service.stop()
            print(f"stopped after {seconds:.1f} s")
            self.assertEqual(code, 0)
            self.assertLess(seconds, 5)  # The bound that systemd and containers are promised.
            self.assertEqual(stored(service, "shop")[0], 100)

    def test_a_full_disk_loses_nothing(self):
        with Service() as service:
            log = Log(service.folder / "slow.log")
            log.write(10)
            service.configure([log_target("shop", log)])
            service.start()
            wait_for("the log is read", lambda: service.calls("shop") == 10)
            wait_for("and stored", lambda: service.metric("unjam_store_flushes_total") > 0)
            pid = str(service.process.pid)
            # What write(2) says then is as good as a full disk, and needs no mount.
            subprocess.run(["prlimit", "--pid", pid, "--fsize=4096:unlimited"], check=True)
            log.write(10)
            wait_for("trouble", lambda: [trouble for trouble in service.readiness()[1]["troubles"]
                                         if trouble["state"] == "store"])
            self.assertEqual(service.page("/healthz"), (200, "alive\n"))
            self.assertEqual(service.metric("unjam_store_writable"), 0)
            log.write(10)
            wait_for("reading goes on", lambda: service.calls("shop") >= 20)
            service.wait_for_log("store cannot be written")
            subprocess.run(["prlimit", "--pid", pid, "--fsize=unlimited:unlimited"], check=True)
            wait_for("recovery without a restart", lambda: service.readiness()[0] == 200)
            wait_for("all", lambda: service.calls("shop") == 30)
            self.assertEqual(service.stop()[0], 0)
            self.assertEqual(stored(service, "shop"), (30, sum(range(1, 31)) / 1000))

    def test_fifty_targets(self):
        with Service() as service:
            logs = [Log(service.folder / f"{i}.log") for i in range(50)]
            for i, log in enumerate(logs):
                log.write(i + 1)
            service.configure([log_target(f"t{i}", log) for i, log in enumerate(logs)])
            service.start()
            wait_for("all of them", lambda: service.metric("unjam_collector_calls_total") == sum(range(1, 51)))
            logs[7].write(3)
            wait_for("one of them", lambda: service.calls("t7") == 11)
            share, resident = service.cost(5)
            print(f"50 logs at rest: {share:.2%} of a core, {resident / 1e6:.0f} MB")
            self.assertEqual(service.stop()[0], 0)

    def test_what_cannot_start_says_why(self):
        with Service() as service:
            log = Log(service.folder / "slow.log")
            twice = [log_target("shop", log), log_target("shop", log)]
            future = service.folder / "future.db"
            for what, targets, store, code, part in [
                    ("two targets of one name", twice, {}, 2, "the name 'shop' is taken by the target at line"),
                    ("unknown key", [log_target("shop", log, hots="db1")], {}, 2, "unknown key 'hots'; did you mean 'host'?"),
                    ("a folder that is not there", twice[:1], {"path": "/no/such/folder/unjam.db"}, 3, "/no/such/folder"),
                    ("a store of the future", twice[:1], {"path": str(future)}, 2, "newer")]:
                with self.subTest(what):
                    if store.get("path") == str(future):
                        make_future(service, future, twice[:1])
                    service.log.write_text("")
                    service.configure(targets, **store)
                    service.start(ready=False)
                    self.assertEqual(service.process.wait(60), code, service.logged())
                    errors = [line for line in service.logged().splitlines() if line.startswith("unjam: ")]
                    self.assertEqual(len(errors), 1, service.logged())
                    self.assertIn(part, errors[0])

    def test_one_store_has_one_writer(self):
        with Service() as service, Service() as second:
            log = Log(service.folder / "slow.log")
            service.configure([log_target("shop", log)])
            service.start()
            second.configure([log_target("shop", log)], path=str(service.store))
            second.start(ready=False)
            self.assertEqual(second.process.wait(60), 3, second.logged())
            self.assertIn(str(service.store), second.logged())
            self.assertEqual(service.stop()[0], 0)

    def test_requests_that_nobody_should_make(self):
        with Service() as service:
            log = Log(service.folder / "slow.log")
            service.configure([log_target("shop", log)])
            service.start()
            for request in [b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 10000, b"GET " + b"a" * 100000,
                            b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 100, b"POST /metrics HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n",
                            b"GET /healthz HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n"]:
                with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
                    try:
                        client.sendall(request)
                        client.shutdown(socket.SHUT_WR)
                        answer = client.recv(1 << 16)
                    except ConnectionError:
                        answer = b""
                    self.assertNotIn(b"root:", answer)
            slow = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(20)]
            wait_for("answers while others dawdle", service.answers)
            for client in slow:
                client.close()
            self.assertEqual(service.page("/nothing")[0], 404)
            self.assertEqual(service.stop()[0], 0)

    def test_tells_systemd(self):
        with Service() as service, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            address = str(service.folder / "notify")
            systemd.bind(address)
            systemd.settimeout(60)
            log = Log(service.folder / "slow.log")
            service.configure([log_target("shop", log)])
            service.start(environment={"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000000"})

            def told(*words):
                """Skips what else is told, such as signs of life."""
                while True:
                    lines = systemd.recv(4096).decode().splitlines()
                    if words[0] in lines:
                        return lines

            self.assertIn("STATUS=1 collectors, no trouble", told("READY=1"))
            told("WATCHDOG=1")
            service.process.send_signal(signal.SIGHUP)
            self.assertTrue(any(line.startswith("MONOTONIC_USEC=") for line in told("RELOADING=1")))
            told("READY=1")
            service.process.send_signal(signal.SIGTERM)
            told("STOPPING=1")
            self.assertEqual(service.process.wait(60), 0)

    def test_the_unit_is_understood_by_systemd(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        unit = pathlib.Path(__file__).resolve().parents[2] / "deploy/unjam.service"
        with Service() as service:
            copy = service.folder / "unjam.service"
            copy.write_text(unit.read_text().replace("/usr/bin/unjam", os.path.realpath(shutil.which(unjam_binary.BINARY))))
            done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


def stored(service, target):
    """Calls and seconds of query time that the store holds."""
    totals = unjam_binary.top("--config", service.config, "--target", target)["totals"]
    return totals["statements"], totals["query_time_us"] / 1e6


def make_future(service, path, targets):
    """A store that a later unjam wrote."""
    import sqlite3
    service.configure(targets, path=str(path))
    service.start()
    service.stop()
    store = sqlite3.connect(path)
    version = store.execute("PRAGMA user_version").fetchone()[0]
    store.execute(f"PRAGMA user_version = {version + 1000}")
    store.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
