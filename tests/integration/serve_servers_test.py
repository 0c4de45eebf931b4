#!/usr/bin/env python3
"""`unjam serve` with a MySQL, a MariaDB and a PostgreSQL at once, under the rights of deploy/grants."""
import pathlib
import re
import unittest

from private_server import PrivateServer, installed, skip
from unjam_service import Service, wait_for

GRANTS = pathlib.Path(__file__).resolve().parents[2] / "deploy/grants"
PASSWORD = "s3cr%et'\\x"


def grants(name):
    """As they are shipped, for a server without TLS and with our password."""
    sql = (GRANTS / name).read_text().replace(" REQUIRE SSL", "")
    quoted = PASSWORD.replace("'", "''") if name == "postgresql.sql" else PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
    return re.sub("change-me", lambda _: quoted, sql)


class ServeServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        programs = pathlib.Path("/usr/lib/postgresql/15/bin")
        if not programs.is_dir():
            skip("postgresql-15 is not installed")
        cls.servers = {
            "mysql": PrivateServer("start-mysql.sh", installed("mysql-9")),
            "mariadb": PrivateServer("start-mariadb.sh", options=["--performance-schema=ON"]),
            "postgresql": PrivateServer("start-postgresql.sh", programs,
                                        options=["shared_preload_libraries=pg_stat_statements"])}
        for server in cls.servers.values():
            cls.enterClassContext(server)
        cls.servers["mysql"].client(sql=grants("mysql.sql"))
        cls.servers["mariadb"].client(sql=grants("mariadb.sql"))
        cls.servers["postgresql"].client(sql=grants("postgresql.sql"))

    def target(self, service, engine, name=None, **keys):
        password = service.folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        return {"name": name or engine, "engine": engine, "host": "127.0.0.1", "port": self.servers[engine].port,
                "user": "unjam", "password_file": str(password), "counters": {"interval": "1s"}, **keys}

    def statements(self, engine, count):
        """That many executions of one query class."""
        self.servers[engine].client(sql="".join(f"SELECT {i} + 1 AS answer;\n" for i in range(count)))

    def log_of(self, engine):
        folder = self.servers[engine].folder
        return str(folder / ("log/pg.log" if engine == "postgresql" else "slow.log"))

    def counters(self, service, engine):
        return service.metric("unjam_collector_calls_total", collector=f"counters:{engine}")

    def test_counters_and_logs(self):
        with Service() as service:
            service.configure([self.target(service, engine, logs=[{"path": self.log_of(engine)}])
                               for engine in self.servers])
            service.start()
            wait_for("every collector runs", lambda: service.metric("unjam_collector_state", state="running") == 6)
            before = {engine: self.counters(service, engine) for engine in self.servers}
            for engine in self.servers:
                with self.subTest(engine):
                    logged = service.metric("unjam_collector_calls_total", collector=f"log:{engine}:{self.log_of(engine)}")
                    self.statements(engine, 200)
                    wait_for("counted by the server", lambda: self.counters(service, engine) >= before[engine] + 200)
                    wait_for("and by its log", lambda: service.metric(
                        "unjam_collector_calls_total", collector=f"log:{engine}:{self.log_of(engine)}") >= logged + 200)
            status, page = service.readiness()
            self.assertEqual((status, page["troubles"]), (200, []))
            for engine in self.servers:
                polled = service.metric("unjam_watch_server_time_us", collector=f"counters:{engine}")
                print(f"{engine}: a poll costs the server {polled / 1000:.2f} ms")
            self.assertNotIn(PASSWORD, service.logged())
            self.assertNotIn(PASSWORD, service.page("/readyz")[1] + service.page("/metrics")[1])
            self.assertEqual(service.stop()[0], 0)

    def test_wrong_password(self):
        with Service() as service:
            wrong = service.folder / "wrong"
            wrong.write_text("hunter2\n")
            wrong.chmod(0o600)
            targets = {engine: {**self.target(service, engine), "name": f"wrong-{engine}", "password_file": str(wrong)}
                       for engine in ("mysql", "mariadb")}
            service.configure([*targets.values(), self.target(service, "mysql", "right")])
            service.start()
            for name in [target["name"] for target in targets.values()]:
                wait_for(f"{name} is refused", lambda: service.trouble(name))
                self.assertEqual(service.trouble(name)[0], "refused")
                self.assertIn("assword", service.trouble(name)[1])
            wait_for("the other one is not disturbed", lambda: service.metric("unjam_collector_polls_total", target="right") > 2)
            self.assertNotIn("hunter2", service.logged())
            # Mended without a restart.
            wrong.write_text(PASSWORD)
            service.reload()
            wait_for("all is well", lambda: service.readiness()[0] == 200 and
                     service.metric("unjam_collector_state", state="running") == 3)

    def test_a_server_goes_and_comes_back(self):
        for engine in self.servers:
            with self.subTest(engine), Service() as service:
                other = "mariadb" if engine != "mariadb" else "mysql"
                service.configure([self.target(service, engine), self.target(service, other)])
                service.start()
                wait_for("both run", lambda: service.metric("unjam_collector_state", state="running") == 2)
                self.servers[engine].stop()
                wait_for("trouble", lambda: service.trouble(engine))
                self.assertEqual(service.trouble(engine)[0], "retrying")
                polls = service.metric("unjam_collector_polls_total", target=other)
                wait_for("the other goes on", lambda: service.metric("unjam_collector_polls_total", target=other) > polls + 1)
                self.assertEqual(self.servers[engine].start_again().returncode, 0)
                wait_for("it is found again", lambda: service.readiness()[0] == 200, seconds=120)
                before = self.counters(service, engine)
                self.statements(engine, 30)
                wait_for("it is counted again", lambda: self.counters(service, engine) >= before + 30)
                self.assertEqual(service.logged().count("will try again by itself"), 1, service.logged())
                self.assertEqual(service.stop()[0], 0)

    def test_cost_at_rest(self):
        with Service() as service:
            targets = [self.target(service, engine, counters={}, logs=[{"path": self.log_of(engine)}]) for engine in self.servers]
            targets += [self.target(service, "mysql", "mysql-2", counters={}), self.target(service, "postgresql", "pg-2", counters={})]
            service.configure(targets)
            service.start()
            wait_for("all run", lambda: service.metric("unjam_collector_state", state="running") == 8)
            service.cost(5)
            share, resident = service.cost(30)
            print(f"5 targets at rest: {share:.2%} of a core (bar 0.5 %), {resident / 1e6:.1f} MB (bar 40 MB)")
            self.assertEqual(service.stop()[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
