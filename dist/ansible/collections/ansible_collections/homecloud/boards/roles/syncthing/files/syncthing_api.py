"""The REST API of Syncthing on this board. Its key is read from the configuration, and never told."""

import json
import re
import time
import urllib.error
import urllib.request


class ApiError(Exception):
    """What Syncthing answered, or that it does not answer."""


class Api:
    def __init__(self, address, home):
        self.address = address
        # Syncthing is local: a proxy of the board is not in between.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with open(f"{home}/config.xml", encoding="utf-8") as file:
            key = re.search(r"<apikey>([^<]+)</apikey>", file.read())
        if key is None:
            raise ApiError(f"{home}/config.xml has no key of the API")
        self.key = key[1]

    def call(self, method, path, body=None, seconds=60):
        request = urllib.request.Request(
            f"{self.address}/rest/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-API-Key": self.key, "Content-Type": "application/json"},
        )
        try:
            with self.opener.open(request, timeout=seconds) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").strip()
            raise ApiError(f"{method} {path}: {error.code} {said}") from None
        except (OSError, ValueError) as error:
            raise ApiError(f"{method} {path}: {error}") from None
        return json.loads(text) if text.strip().startswith(("{", "[")) else text

    def get(self, path):
        return self.call("GET", path)

    def wait(self, seconds):
        """The first start after an upgrade may migrate the index."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.call("GET", "system/status", seconds=10)
            except ApiError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)
