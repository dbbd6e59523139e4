"""A redis-server for measurements, with its own folder, a unix socket and a port of the loopback interface. It stores nothing on disk,
and is stopped by its process id."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from failure import UNAVAILABLE, Failure


class RedisServer:
    """A server that runs for the duration of a `with` block."""

    def __enter__(self) -> "RedisServer":
        self._folder = Path(tempfile.mkdtemp(prefix="dist-lda-bench-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._socket = self._folder / "redis.sock"
        command = [
            "redis-server", "--bind", "127.0.0.1", "--port", str(self._port), "--unixsocket", str(self._socket),
            "--dir", str(self._folder), "--save", "", "--appendonly", "no", "--logfile", str(self._folder / "redis.log")]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        except FileNotFoundError:
            raise Failure(UNAVAILABLE, "there is no redis-server here: bin/need redis-server installs it.") from None
        for _ in range(500):
            if self._socket.exists():
                break
            time.sleep(0.02)
        self.information()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder)

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses for the tools, by the kind of connection."""
        return {"loopback": f"127.0.0.1:{self._port}", "unix socket": f"unix:{self._socket}"}

    def information(self) -> dict[str, str]:
        """Returns the fields of INFO."""
        try:
            with socket.socket(socket.AF_UNIX) as connection, connection.makefile("rb") as replies:
                connection.connect(os.fspath(self._socket))
                connection.sendall(b"INFO\r\n")
                return parse_information(replies.read(int(replies.readline()[1:])))
        except (OSError, ValueError) as error:
            raise Failure(UNAVAILABLE, f"redis-server does not answer on {self._socket}: {error}") from None

    @property
    def cpu_seconds(self) -> float:
        """The processor time of all threads of the server since its start, including time in the kernel."""
        information = self.information()
        return float(information["used_cpu_sys"]) + float(information["used_cpu_user"])


def parse_information(text: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in text.decode().splitlines())
    return {name: value for name, colon, value in lines if colon}
