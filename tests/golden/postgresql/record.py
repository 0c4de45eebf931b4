#!/usr/bin/env python3
"""Records VERSION/pg.{log,csv,json} from a real PostgreSQL server.

usage: record.py BINDIR OUTDIR WORKDIR PORT [syslog [unsplit]]     (as any user but root)

With `syslog` something must listen on /dev/log: it records pg.syslog.log.

Speaks the wire protocol itself: psql cannot send every message that shows in a log.
"""
import os, shutil, socket, struct, subprocess, sys, threading, time

BIN, OUT, WORK, PORT = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


class Session:
    def __init__(self, name, options=""):
        self.s = socket.create_connection(("127.0.0.1", PORT))
        body = struct.pack("!i", 196608)
        for key, value in (("user", "app"), ("database", "shop"), ("application_name", name)):
            body += key.encode() + b"\0" + value.encode() + b"\0"
        body += b"\0"
        self.s.sendall(struct.pack("!i", len(body) + 4) + body)
        self.pid = 0
        self.wait()

    def message(self, kind, body):
        self.s.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def exactly(self, n):
        data = b""
        while len(data) < n:
            part = self.s.recv(n - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def wait(self):
        """Up to ReadyForQuery; returns the messages' kinds."""
        kinds = b""
        while True:
            try:
                head = self.exactly(5)
            except (EOFError, OSError):
                return kinds
            body = self.exactly(struct.unpack("!i", head[1:])[0] - 4)
            kinds += head[:1]
            if head[:1] == b"K":
                self.pid, self.secret = struct.unpack("!ii", body)
            if head[:1] == b"Z":
                return kinds

    def simple(self, sql):
        self.message(b"Q", sql.encode() + b"\0")
        return self.wait()

    def parse(self, name, sql):
        self.message(b"P", name + b"\0" + sql.encode() + b"\0" + struct.pack("!h", 0))

    def bind(self, portal, name, values):
        body = portal + b"\0" + name + b"\0" + struct.pack("!hh", 0, len(values))
        for value in values:
            data = None if value is None else value.encode()
            body += struct.pack("!i", -1) if data is None else struct.pack("!i", len(data)) + data
        self.message(b"B", body + struct.pack("!h", 0))

    def execute(self, portal=b"", rows=0):
        self.message(b"E", portal + b"\0" + struct.pack("!i", rows))

    def sync(self):
        self.message(b"S", b"")
        return self.wait()

    def extended(self, sql, values, name=b""):
        self.parse(name, sql)
        self.bind(b"", name, values)
        self.execute()
        return self.sync()

    def fastpath(self, oid, argument):
        self.message(b"F", struct.pack("!ihhhi", oid, 1, 1, 1, len(argument)) + argument + struct.pack("!h", 1))
        return self.wait()

    def cancel(self):
        s = socket.create_connection(("127.0.0.1", PORT))
        s.sendall(struct.pack("!iiii", 16, 80877102, self.pid, self.secret))
        s.close()

    def close(self):
        self.message(b"X", b"")
        self.s.close()


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def workload():
    a = Session("web")
    a.simple("CREATE TABLE t (id int PRIMARY KEY, v text)")
    a.simple("INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 1000) g")
    a.simple("SELECT 'it''s', \"v\" FROM t WHERE v = E'a\\'b'\n\tAND id\n  > 5;")
    a.simple("SELECT 1; SELECT 'two''s'; -- both\n")
    a.simple("SELECT '日本', 'naïve' /*application:Shop,job:DigestJob*/")
    a.simple("SELECT 'x\n2024-05-18 02:40:00.000 UTC [1] app@shop LOG:  duration: 9999.000 ms  statement: SELECT forged'")
    a.simple("")
    a.extended("SELECT $1::text, $2::int", ["it's\nnew, $2 = 'no'", None])
    a.extended("SELECT v FROM t WHERE id = $1", ["7"], b"by_id")
    a.bind(b"", b"by_id", ["8"]); a.execute(); a.sync()
    a.simple("PREPARE p AS SELECT v FROM t WHERE id = $1")
    a.simple("EXECUTE p(9)")
    a.simple("BEGIN")
    a.parse(b"all", "SELECT id FROM t ORDER BY id"); a.bind(b"c1", b"all", []); a.execute(b"c1", 10); a.sync()
    a.execute(b"c1", 10); a.sync()
    a.simple("COMMIT")
    a.fastpath(1317, b"abc")  # textlen
    a.simple("SELECT * FROM missing")
    a.simple("SELEC 1")
    a.simple("INSERT INTO t VALUES (1, 'again')")
    a.extended("SELECT 1 / $1::int", ["0"])
    a.simple("SET statement_timeout = 60"); a.simple("SELECT pg_sleep(5)"); a.simple("RESET statement_timeout")
    threading.Timer(0.3, a.cancel).start(); a.simple("SELECT pg_sleep(6)")
    a.simple("SET work_mem = '64kB'"); a.simple("SELECT count(*) FROM (SELECT g FROM generate_series(1, 100000) g ORDER BY g DESC) s")
    a.simple("DO $$ BEGIN RAISE LOG 'duration: 5000.000 ms  statement: SELECT raised'; END $$")
    a.simple("LOAD 'auto_explain'")
    for kind in ("json", "text", "yaml", "xml"):
        a.simple("SET auto_explain.log_format = %s" % kind)
        a.simple("SET auto_explain.log_min_duration = 0")
        a.simple("SELECT count(*) AS \"%s\"\n  FROM t WHERE v LIKE '%%%s'" % (kind, kind))
        if kind in ("json", "text"):
            a.extended("SELECT count(*) FROM t WHERE id < $1", ["5"])
        a.simple("SET auto_explain.log_min_duration = -1")
    a.simple("SET auto_explain.log_format = json"); a.simple("SET auto_explain.log_nested_statements = on")
    a.simple("CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $f$ BEGIN RETURN (SELECT count(*) FROM t); END $f$")
    a.simple("SET auto_explain.log_min_duration = 0"); a.simple("SELECT f()"); a.simple("SET auto_explain.log_min_duration = -1")
    a.simple("SET log_min_duration_statement = -1")
    a.simple("SET log_statement = 'all'"); a.simple("SET log_duration = on")
    a.simple("SELECT 'paired'"); a.extended("SELECT $1::text || ' extended'", ["paired"]); a.simple("SELECT * FROM missing2")
    a.simple("SET log_duration = off"); a.simple("SELECT 'untimed'")
    # A lock wait, then a deadlock.
    b, c = Session("worker-1"), Session("worker-2")
    b.simple("BEGIN; UPDATE t SET v = 'b' WHERE id = 1")
    waiting = threading.Thread(target=lambda: c.simple("UPDATE t\n  SET v = 'c' WHERE id = 1")); waiting.start()
    time.sleep(0.5); b.simple("COMMIT"); waiting.join()
    b.simple("BEGIN; UPDATE t SET v = 'b' WHERE id = 1"); c.simple("BEGIN; UPDATE t SET v = 'c' WHERE id = 2")
    waiting = threading.Thread(target=lambda: c.simple("UPDATE t SET v = 'c2'\n WHERE id = 1")); waiting.start()
    time.sleep(0.05); b.simple("UPDATE t SET v = 'b2' WHERE id = 2"); waiting.join()
    b.simple("ROLLBACK"); c.simple("ROLLBACK")
    b.simple("BEGIN; LOCK TABLE t"); c.simple("SET lock_timeout = 300"); c.simple("SELECT v FROM t WHERE id = 3"); b.simple("COMMIT")
    c.simple("SELECT pg_terminate_backend(%d)" % b.pid); time.sleep(0.2)
    a.simple("VACUUM t"); a.simple("CHECKPOINT")
    a.close(); c.close(); time.sleep(0.3)


def main():
    major = int(subprocess.check_output([BIN + "/postgres", "--version"]).decode().split()[2].split(".")[0].split("beta")[0])
    run(BIN + "/initdb", "-D", WORK + "/data", "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    destination = "stderr,csvlog" + (",jsonlog" if major >= 15 else "")
    destination += ",syslog" if "syslog" in sys.argv[5:] else ""
    settings = {
        "listen_addresses": "127.0.0.1", "port": PORT, "unix_socket_directories": "", "fsync": "off",
        "shared_buffers": "16MB", "logging_collector": "on", "log_destination": destination,
        "syslog_split_messages": "off" if "unsplit" in sys.argv[5:] else "on",
        "log_directory": WORK + "/log", "log_filename": "pg.log", "log_min_duration_statement": "0",
        "log_lock_waits": "on", "deadlock_timeout": "200ms", "log_temp_files": "0", "log_checkpoints": "on",
        "log_disconnections": "on", "log_autovacuum_min_duration": "0", "autovacuum": "off",
        "log_line_prefix": "%m [%p] %q%u@%d ", "log_timezone": "UTC", "session_preload_libraries": "auto_explain",
    }
    with open(WORK + "/data/postgresql.auto.conf", "w") as conf:
        for key, value in settings.items():
            conf.write("%s = '%s'\n" % (key, value))
    run(BIN + "/pg_ctl", "-D", WORK + "/data", "-l", WORK + "/startup.log", "-w", "-s", "start")
    try:
        subprocess.run([BIN + "/postgres", "--version"], check=True, stdout=subprocess.DEVNULL)
        s = Session.__new__(Session)
        boot = socket.create_connection(("127.0.0.1", PORT))
        body = struct.pack("!i", 196608) + b"user\0app\0database\0postgres\0\0"
        boot.sendall(struct.pack("!i", len(body) + 4) + body)
        s.s = boot; s.wait(); s.simple("CREATE DATABASE shop"); s.close()
        workload()
    finally:
        run(BIN + "/pg_ctl", "-D", WORK + "/data", "-s", "-m", "fast", "stop")
    os.makedirs(OUT, exist_ok=True)
    for name in ("pg.log", "pg.csv", "pg.json"):
        if os.path.exists(WORK + "/log/" + name):
            shutil.copyfile(WORK + "/log/" + name, OUT + "/" + name)


main()
