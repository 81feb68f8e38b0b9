"""Clients that register names at a daemon as fast as they can, and remember which were acknowledged."""

import http.client
import itertools
import json
import threading

from harness import HTTP_PORT


class Writers:
    """A context manager: they write until it ends, or until the daemon is gone."""

    def __init__(self, daemon, prefix, count=8):
        self.acknowledged = []  # names without their zone
        self.refused = []       # (status, body) of the others
        self._daemon = daemon
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(f"{prefix}-{i}",)) for i in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _write(self, prefix):
        connection = http.client.HTTPConnection(self._daemon.address, HTTP_PORT, timeout=30)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._daemon.token()}"}
        try:
            for number in itertools.count():
                if self._stopping.is_set():
                    return
                name = f"{prefix}-{number}"
                connection.request("PUT", f"/v1/names/{name}.p2p", json.dumps({"records": []}), headers)
                response = connection.getresponse()
                body = response.read()
                if response.status in (200, 201):  # 200: it took a second attempt
                    self.acknowledged.append(name)
                else:
                    self.refused.append((response.status, body.decode()))
        except (OSError, http.client.HTTPException):
            return  # killed
        finally:
            connection.close()
