#!/usr/bin/env python3
"""mysql_watch_test.py mysql-9|mariadb PROGRAM [GTEST_OPTION...]: what unjam reads from a server itself (sessions,
statement counters, the slow log in a table), as the user that deploy/grants makes. Starts the server in each
configuration that the tests of mysql_watch/, which are PROGRAM, need."""
import os
import pathlib
import re
import shlex
import subprocess
import sys

from private_server import PrivateServer, installed

GRANTS = pathlib.Path(__file__).resolve().parent.parent.parent / "deploy/grants"
PASSWORD = "a password of its own"
# Options of the server, and the tests that want them.
CONFIGURATIONS = [
    ([], "-NoPerformanceSchema.*:FullDigestTable.*:TenThousandDigests.*"),
    (["--performance-schema=OFF"], "NoPerformanceSchema.*"),
    (["--performance-schema-digests-size=60"], "FullDigestTable.*"),
    (["--performance-schema-digests-size=10100"], "TenThousandDigests.*"),
]


def create_user(server, engine):
    """Runs deploy/grants as it is, but for the password; MariaDB has no certificate here."""
    script = (GRANTS / f"{engine}.sql").read_text().replace("change-me", PASSWORD)
    if engine == "mariadb":
        script = script.replace(" REQUIRE SSL", "")
    server.client(sql=script)


def run(name, program, options, tests, arguments):
    engine = "mariadb" if name == "mariadb" else "mysql"
    start = ["start-mariadb.sh"] if engine == "mariadb" else ["start-mysql.sh", installed(name)]
    with PrivateServer(*start, options=options) as server:
        create_user(server, engine)
        port = server.client("-N", "-B", sql="SELECT @@port;").stdout.decode().strip()
        print(server.client("-N", "-B", sql="SELECT VERSION();").stdout.decode().strip(), *options, flush=True)
        restart = [str(pathlib.Path(server.start[0]).parent / "stop.sh"), str(server.folder)]
        environment = dict(
            os.environ, UNJAM_TEST_ENGINE=engine, UNJAM_TEST_PORT=port, UNJAM_TEST_PASSWORD=PASSWORD,
            UNJAM_TEST_SOCKET=str(server.folder / "s.sock"),
            UNJAM_TEST_CA=str(server.folder / "data/ca.pem") if engine == "mysql" else "",
            UNJAM_TEST_RESTART=shlex.join(restart) + " && " + shlex.join([*server.start, port, *options]))
        command = [program, f"--gtest_filter={tests}", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def main():
    name, program, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
    chosen = [argument for argument in arguments if re.match(r"--gtest_filter=", argument)]
    configurations = CONFIGURATIONS
    if chosen:
        wanted = chosen[0].split("=", 1)[1]
        configurations = [each for each in CONFIGURATIONS[1:] if wanted.split(".")[0] == each[1].split(".")[0]]
        configurations = [(options, wanted) for options, _ in configurations or CONFIGURATIONS[:1]]
        arguments.remove(chosen[0])
    failed = [options for options, tests in configurations if run(name, program, options, tests, arguments) != 0]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
