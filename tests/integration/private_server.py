"""A private database server for one test, started and stopped by tests/support/servers."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "support/servers"


def skip(reason):
    """Ends the test program: skipped for ctest, or failed where every server must be there."""
    print(f"skipped: {reason}", file=sys.stderr)
    sys.exit(1 if os.environ.get("UNJAM_REQUIRE_SERVERS") else 77)


def installed(name):
    """Folder of a server that get-mysql.sh or get-postgresql.sh put into the cache."""
    cache = subprocess.run(["bash", "-c", '. "$1/environment.sh"; server_cache', "bash", SCRIPTS],
                           check=True, capture_output=True, text=True).stdout.strip()
    folder = pathlib.Path(cache) / name
    if not (folder / "VERSION").is_file():
        skip(f"{name} is not in {cache}; get it with tests/support/servers/get-*.sh")
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PrivateServer:
    """Runs while in a `with` block. `start` is a start script and its arguments, with None where the
    folder and the port of the server go."""

    def __init__(self, *start, options=()):
        # Sockets have short names, and servers run as a user who cannot enter everybody's home.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="unjam-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.start = [str(SCRIPTS / start[0]), *map(str, start[1:]), str(self.folder / "server")]
        self.options = list(options)
        self.folder = self.folder / "server"
        self.port = 0

    def __enter__(self):
        # Another program may take a free port before the server does.
        for attempt in range(3):
            self.port = free_port()
            if self.start_again().returncode == 0:
                return self
            self.stop()
        shutil.rmtree(self.folder.parent, ignore_errors=True)
        raise RuntimeError(f"{self.start[0]} failed {attempt + 1} times")

    def __exit__(self, *_):
        self.stop()
        if not os.environ.get("UNJAM_KEEP_LOGS"):
            shutil.rmtree(self.folder.parent, ignore_errors=True)

    def start_again(self):
        """On the same port, with the same data; also after stop()."""
        return subprocess.run([*self.start, str(self.port), *self.options], stdin=subprocess.DEVNULL,
                              stdout=sys.stderr, check=False)

    def stop(self):
        """The log is complete afterwards."""
        subprocess.run([str(SCRIPTS / "stop.sh"), str(self.folder)], check=True)

    def client(self, *arguments, sql="", check=True):
        """Runs the server's command line client on `sql`."""
        return subprocess.run([str(self.folder / "client"), *arguments], input=sql.encode(), check=check,
                              capture_output=True)

    @contextlib.contextmanager
    def session(self, *arguments):
        """A client that stays: `send(sql)` for a `with` block, at whose end it disconnects."""
        client = subprocess.Popen([str(self.folder / "client"), *arguments], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def send(sql):
            client.stdin.write(sql.encode() + b"\n")
            client.stdin.flush()

        try:
            yield send
        finally:
            client.stdin.close()
            client.wait(60)

    def wait_until(self, query, answer):
        """Until `query`, asked again and again, gives `answer`."""
        silent = ("-t", "-A") if "psql" in (self.folder / "client").read_text() else ("-N", "-B")
        for _ in range(240):
            if self.client(*silent, sql=query).stdout.decode().strip() == answer:
                return
            time.sleep(0.25)  # InnoDB's tables of transactions stand still when read every 0.1 s
        raise RuntimeError(f"never {answer}: {query}")
