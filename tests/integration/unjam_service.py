"""`unjam serve` under test: its configuration, its pages, its signals."""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import openmetrics
from private_server import free_port
from unjam_binary import BINARY

NOBODY = 65534


def wait_for(what, condition, seconds=60):
    """The first true value of condition(); the time only bounds how long a failure takes."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.05)


class Service:
    """Files live in `folder` until the `with` block ends; the service may be started several times."""

    def __init__(self, unprivileged=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="unjam-serve-", dir="/tmp"))
        self.config = self.folder / "unjam.yaml"
        self.store = self.folder / "store/unjam.db"
        self.store.parent.mkdir()
        self.log = self.folder / "service.log"
        self.port = free_port()
        self.process = None
        self.command = [BINARY]
        self.unprivileged = unprivileged and os.geteuid() == 0
        if self.unprivileged:
            # The build folder may be where nobody may look.
            shutil.copy(BINARY, self.folder / "unjam")
            self.command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(self.folder / "unjam")]
            self.folder.chmod(0o755)
            os.chown(self.store.parent, NOBODY, NOBODY)

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if failure:
            print(f"--- {self.log}\n{self.logged()}")
        if not os.environ.get("UNJAM_KEEP_LOGS"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self, targets, **store):
        """`targets`: dictionaries; JSON is YAML."""
        self.config.write_text(json.dumps({
            "store": {"path": str(self.store), **store}, "http": {"port": self.port}, "targets": targets}, indent=1))
        self.config.chmod(0o640)
        if self.unprivileged:
            os.chown(self.config, NOBODY, NOBODY)

    def start(self, ready=True, largest_file=None, environment=None):
        def limit():
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))

        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*self.command, "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, preexec_fn=limit,
                                            env={**os.environ, **(environment or {})})
        if ready:
            wait_for("the service answers", self.answers)
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"unjam serve ended with {self.process.returncode}:\n{self.logged()}")
        with contextlib.suppress(OSError):
            return self.page("/healthz") == (200, "alive\n")
        return False

    def page(self, path, accept="*/*"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def readiness(self):
        """Status code and the JSON page."""
        status, text = self.page("/readyz", "application/json")
        return status, json.loads(text)

    def trouble(self, target):
        """What is wrong with `target`: (state, text), or nothing."""
        found = [(trouble["state"], trouble["what"]) for trouble in self.readiness()[1]["troubles"]
                 if trouble.get("target") == target]
        return found[0] if found else None

    def warnings(self, target):
        return [warning["what"] for warning in self.readiness()[1]["warnings"] if warning.get("target") == target]

    def metrics(self):
        """{family: {labels: value}}, read strictly."""
        return openmetrics.parse(self.page("/metrics")[1])

    def metric(self, name, **labels):
        """Sum over the samples that have `labels`."""
        samples = self.metrics().get(name, {})
        return sum(value for have, value in samples.items() if set(labels.items()) <= set(have))

    def calls(self, target):
        return self.metric("unjam_collector_calls_total", target=target)

    def logged(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for_log(self, text, times=1):
        wait_for(f"the log says {text!r} {times} times", lambda: self.logged().count(text) >= times)

    def reload(self):
        before = self.logged().count("configuration reloaded") + self.logged().count("was not reloaded")
        self.process.send_signal(signal.SIGHUP)
        wait_for("reloaded", lambda: self.logged().count("configuration reloaded") +
                 self.logged().count("was not reloaded") > before)

    def stop(self):
        """Exit code, and how many seconds it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60), time.monotonic() - begin

    def kill(self):
        self.process.kill()
        self.process.wait()

    def cost(self, seconds):
        """Share of one core and resident bytes over some time."""
        before = self.metric("unjam_cpu_seconds_total")
        time.sleep(seconds)
        return (self.metric("unjam_cpu_seconds_total") - before) / seconds, self.metric("unjam_resident_bytes")
