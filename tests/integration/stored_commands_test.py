#!/usr/bin/env python3
"""`unjam top`, `show` and `doctor` on a MySQL, a MariaDB and a PostgreSQL, as users run them."""
import contextlib
import datetime
import json
import pathlib
import re
import subprocess
import unittest
import urllib.parse

from private_server import PrivateServer, free_port, installed, skip
from serve_servers_test import PASSWORD, grants
from unjam_binary import BINARY, fingerprint_ids, run
from unjam_service import Service, wait_for

CALLS = 37
ENGINES = ("mysql", "mariadb", "postgresql")
ESCAPES = "evil\x1b]0;owned\x07\x1b[2J"


def tried(*arguments):
    """Exit code, standard output, standard error."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class StoredCommands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        programs = pathlib.Path("/usr/lib/postgresql/15/bin")
        if not programs.is_dir():
            skip("postgresql-15 is not installed")
        cls.servers = {
            "mysql": PrivateServer("start-mysql.sh", installed("mysql-9"), options=["--slow-query-log=ON"]),
            "mariadb": PrivateServer("start-mariadb.sh"),
            "postgresql": PrivateServer("start-postgresql.sh", programs,
                                        options=["shared_preload_libraries=pg_stat_statements"])}
        for server in cls.servers.values():
            cls.enterClassContext(server)
        for engine in ENGINES:
            cls.client(engine, grants(f"{engine}.sql"))

    @classmethod
    def client(cls, engine, sql, *arguments):
        cls.servers[engine].client(*arguments, sql=sql)

    def dsn(self, engine, user="unjam", password=PASSWORD, database=""):
        return (f"{engine}://{user}:{urllib.parse.quote(password, safe='')}@127.0.0.1:{self.servers[engine].port}"
                + (f"/{database}" if database else ""))

    def log_of(self, engine):
        folder = self.servers[engine].folder
        return str(folder / ("log/pg.log" if engine == "postgresql" else "slow.log"))

    def target(self, service, engine):
        password = service.folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        return {"name": engine, "engine": engine, "host": "127.0.0.1", "port": self.servers[engine].port,
                "user": "unjam", "password_file": str(password), "counters": {"interval": "1s"},
                "logs": [{"path": self.log_of(engine)}]}

    def statements(self, engine):
        script = "".join(f"SELECT {i} AS answer, 'x{i}' AS name /*job:TestJob*/;\n" for i in range(CALLS))
        if engine == "postgresql":
            self.client(engine, f'CREATE DATABASE "{ESCAPES}"')
            self.client(engine, script, "-d", ESCAPES)
        else:
            self.client(engine, f"CREATE DATABASE `{ESCAPES}`; USE `{ESCAPES}`;\n" + script, "--comments")
        return fingerprint_ids(engine, ["SELECT 1 AS answer, 'x' AS name"])[0]

    def test_what_was_executed(self):
        with Service() as service, contextlib.ExitStack() as checks:
            service.configure([self.target(service, engine) for engine in ENGINES])
            code, out, err = tried("top", "--config", service.config)
            self.assertEqual((code, out, err.count("\n")), (3, "", 1), "no store yet")
            service.start()
            wait_for("every collector runs", lambda: service.metric("unjam_collector_state", state="running") == 6)
            code, out, _ = tried("top", "--config", service.config)
            self.assertEqual(code, 0)
            self.assertIn("The store holds no numbers yet.", out)
            ids = {engine: self.statements(engine) for engine in ENGINES}

            def counted(engine, source):
                ranking = json.loads(run("top", "--config", service.config, "--output", "json", "--top", "0",
                                         "--target", engine, "--source", source))
                return sum(query["calls"] for query in ranking["queries"] if query["fingerprint_id"] == ids[engine])

            for engine in ENGINES:
                for source in ("counters", "log"):
                    wait_for(f"{engine} by its {source}", lambda: counted(engine, source) >= CALLS)
            for engine in ENGINES:
                for source in ("counters", "log"):
                    checks.enter_context(self.subTest(engine, source=source))
                    self.assertEqual(counted(engine, source), CALLS)
                ranking = json.loads(run("top", "--dsn", self.dsn(engine), "--output", "json", "--top", "0"))
                self.assertEqual([query["calls"] for query in ranking["queries"]
                                  if query["fingerprint_id"] == ids[engine]], [CALLS], f"{engine}, asked itself")
            self.assertEqual(service.stop()[0], 0)
            self.one_class(service, ids)
            self.every_ranking(service)

    def one_class(self, service, ids):
        name = ids["mysql"]
        same = [engine for engine in ENGINES if ids[engine] == name]
        shown = json.loads(run("show", name[:12], "--config", service.config, "--output", "json"))
        self.assertEqual({target["target"]: target["calls"] for target in shown["targets"]},
                         {engine: CALLS for engine in same})
        query = shown["query"] if "query" in shown else shown["queries"][0]
        self.assertEqual(query["calls"], CALLS * len(same))
        self.assertEqual(query["tags"]["job"], {"TestJob": CALLS * len(same)})
        # Users are told by PostgreSQL's counters, and by the logs of the others.
        self.assertEqual(sum(query["users"].values()), CALLS * len(same), query["users"])
        self.assertEqual(sum(bar["calls"] for bar in shown["latency"]) % CALLS, 0)
        self.assertTrue(shown["samples"])
        self.assertNotIn("x1", json.dumps(shown["samples"]), "values are masked")

    def every_ranking(self, service):
        """Of a service that does not run any more; what servers say never reaches the terminal raw."""
        store = ("--config", service.config)
        texts = []
        for by in ("load", "calls", "p95", "max", "lock", "rows", "errors"):
            texts.append(run("top", *store, "--by", by))
        for group in ("job", "controller", "action", "user", "database", "host", "target", "table", "tag:job"):
            texts.append(run("top", *store, "--group-by", group, "--top", "0"))
        for output in ("text", "markdown", "html", "csv"):
            for language in ("en", "ja"):
                texts.append(run("top", *store, "--output", output, "--lang", language, "--top", "0"))
        texts.append(run("doctor", *store, "--color", "never"))
        for text in texts:
            self.assertIsNone(re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", text), text[:2000])
        code, _, err = tried("top", *store, "--target", "nix")
        self.assertEqual((code, err), (2, "unjam: --target nix: the store has no numbers of it; it has mariadb, mysql, "
                                          "postgresql\n"))
        self.assertIn(b"TestJob", run("top", *store, "--group-by", "job"))
        self.assertIn("calls", run("top", *store, "--output", "csv").decode().splitlines()[0])

    def test_two_periods(self):
        """What a server really logged, half of it dated into the hour before the other half."""
        server = self.servers["mysql"]
        hour = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)

        def logged(sql, at):
            log = pathlib.Path(self.log_of("mysql"))
            begin = log.stat().st_size
            server.client(sql=sql)
            # A statement is answered before it is logged.
            wait_for("all is logged", lambda: log.read_bytes()[begin:].count(b"\nSELECT SLEEP(") == sql.count("SLEEP("))
            text = log.read_bytes()[begin:].decode()
            text = re.sub(r"(?m)^# Time: .*$", at.strftime("# Time: %Y-%m-%dT%H:%M:%S.%fZ"), text)
            return re.sub(r"(?m)^SET timestamp=\d+;$", f"SET timestamp={int(at.timestamp())};", text)

        slow, fast = 0.02, 0.001
        worse, better, same = "SELECT SLEEP({}) AS w;\n", "SELECT SLEEP({}) AS b, 1;\n", "SELECT SLEEP({}) AS s, 1, 2;\n"
        gone, new = "SELECT SLEEP({}) AS g, 1, 2, 3;\n", "SELECT SLEEP({}) AS n, 1, 2, 3, 4;\n"
        then = "".join(30 * part.format(time) for part, time in
                       ((worse, fast), (better, slow), (same, 0.005), (gone, 0.005)))
        now = "".join(30 * part.format(time) for part, time in
                      ((worse, slow), (better, fast), (same, 0.005), (new, 0.005)))
        first = hour - datetime.timedelta(hours=2)
        second = hour - datetime.timedelta(hours=1)
        moment = datetime.timedelta(seconds=20)
        text = logged(then, first + moment) + logged(now, second + moment)
        with Service() as service:
            log = service.folder / "slow.log"
            log.touch()
            service.configure([{"name": "shop", "logs": [{"path": str(log), "format": "mysql-slow"}]}])
            service.start()
            wait_for("the log is followed", lambda: service.metric("unjam_collector_state", state="running") == 1)
            log.write_text(text)
            wait_for("all is read", lambda: service.calls("shop") >= 240)
            self.assertEqual(service.stop()[0], 0)
            period = ("--since", second.isoformat(), "--until", hour.isoformat())
            arguments = ("--config", service.config, "--top", "0", *period)
            report = json.loads(run("top", *arguments, "--output", "json"))
            verdicts = {query["fingerprint_id"]: query["comparison"]["verdict"] for query in report["queries"]}
            names = dict(zip(fingerprint_ids("mysql", [part.format(1).rstrip(";\n") for part in
                                                       (worse, better, same, gone, new)]),
                             ("worse", "better", "same", "gone", "new")))
            found = {names[name]: verdict for name, verdict in verdicts.items() if name in names}
            self.assertEqual(found, {"worse": "worse", "better": "better", "same": "same", "new": "new"})
            text = run("top", *arguments).decode()
            self.assertRegex(text, r"↑ (\+|× )")
            self.assertIn("No longer seen", text)
            for output in ("markdown", "html", "csv"):
                run("top", *arguments, "--output", output)
            # The period before has none before it: nothing is compared.
            report = json.loads(run("top", "--config", service.config, "--output", "json",
                                    "--since", first.isoformat(), "--until", second.isoformat()))
            self.assertFalse([query for query in report["queries"] if "comparison" in query])

    def test_doctor_mends(self):
        for engine in ENGINES:
            with self.subTest(engine):
                database = ""
                if engine == "postgresql":
                    self.client(engine, "CREATE ROLE bare LOGIN PASSWORD 'pw'; CREATE DATABASE other;")
                    database = "other"
                else:
                    self.client(engine, "CREATE USER bare@'%' IDENTIFIED BY 'pw'; SET GLOBAL slow_query_log = OFF; "
                                        "SET GLOBAL long_query_time = 10;")
                    self.addCleanup(self.client, engine, "SET GLOBAL long_query_time = 0")
                dsn = self.dsn(engine, "bare", "pw", database)
                code, out, _ = tried("doctor", "--dsn", dsn, "--output", "json", "--fail-on", "degraded")
                self.assertEqual(code, 1)
                self.assertEqual(json.loads(out)["state"], "missing")
                self.assertNotIn("pw@", out)

                def unwell():
                    report = json.loads(run("doctor", "--dsn", dsn, "--output", "json"))
                    return [check for check in report["targets"][0]["checks"] if check["state"] != "ok"]

                # What hides behind a missing right is told once the right is there.
                for _ in range(3):
                    self.client(engine, "\n".join(check["mend"] for check in unwell()))
                wait_for("all is mended", lambda: not unwell())
                code, out, _ = tried("doctor", "--dsn", dsn, "--fail-on", "degraded")
                self.assertEqual(code, 0)
                self.assertIn("All is well.", out)
                japanese = run("doctor", "--dsn", dsn, "--lang", "ja").decode()
                for line in japanese.splitlines():
                    if line.startswith("   ✓"):
                        self.assertRegex(line, "[ぁ-ん]", "not translated")

    def test_what_fails_says_why_in_a_line(self):
        nowhere = f"127.0.0.1:{free_port()}"
        with Service() as service:
            service.configure([self.target(service, "mysql")])
            service.start()
            wait_for("there are numbers", lambda: service.metric("unjam_collector_polls_total", target="mysql") > 1)
            self.assertEqual(service.stop()[0], 0)
            store = ("--config", service.config)
            for arguments, code, part in (
                    (("top", "--dsn", f"mysql://u:hunter2@{nowhere}"), 3, "connecting failed"),
                    (("top", "--dsn", f"postgresql://u:hunter2@{nowhere}/x"), 3, "connecting failed"),
                    (("top", "--dsn", self.dsn("mysql", password="hunter2")), 3, "password"),
                    (("top", "--dsn", self.dsn("mariadb", password="hunter2")), 3, "password"),
                    (("top", "--dsn", "oracle://u:hunter2@x"), 2, "mysql://"),
                    (("top", "--dsn", self.dsn("mysql"), "--since", "1h"), 2, "--since"),
                    (("top", *store, "--by", "cost"), 2, "rank by load"),
                    (("top", *store, "--by", "colour"), 2, "load, calls"),
                    (("top", *store, "--group-by", "colour"), 2, "tag:KEY"),
                    (("top", *store, "--since", "1h", "--until", "2h"), 2, "not before"),
                    (("top", *store, "--since", "yesterday"), 2, "--since"),
                    (("top", "--store", service.folder / "none.db"), 3, "does not exist"),
                    (("show", "zz", *store), 2, "hex digits"),
                    (("show", "", *store), 2, "hex digits"),
                    (("show", "0000000000000000", *store), 2, "no query class"),
                    (("doctor", "--dsn", "oracle://u:hunter2@x"), 2, "mysql://"),
                    (("doctor", *store, "--target", "nix"), 2, "it has mysql"),
                    (("doctor", "--config", service.folder / "none.yaml"), 3, "none.yaml")):
                with self.subTest(arguments):
                    got, out, err = tried(*arguments)
                    self.assertEqual((got, out), (code, ""), err)
                    self.assertIn(part, err)
                    self.assertEqual(err.count("\n"), 1, err)
                    self.assertNotIn("hunter2", err)
            code, out, err = tried("doctor", "--dsn", f"mysql://u:hunter2@{nowhere}")
            self.assertEqual((code, err), (3, ""))
            self.assertIn("connecting failed", out)
            self.assertNotIn("hunter2", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
