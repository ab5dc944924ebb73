"""What the servers know together: a stand-in for etcd.

Each server has all of it on its disk. A change is taken by the server that is asked, and stands when more than half of
the members have it; a server that comes back takes the newest of what the others have.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
import time

import client
import files
import pki
from failure import Failure

# etcd gives a member up after its election timeout, 5 s with k3s; here sooner.
HEARTBEAT_SECONDS = 0.5
ELECTION_TIMEOUT_SECONDS = 2


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Cluster:
    def __init__(self, path, state, me, token):
        self.path = path
        self.state = state
        self.me = me
        self.token = token
        self.lock = threading.RLock()
        self.seen = {}

    def save(self):
        text = json.dumps(self.state, indent=1)
        if self.path != files.SQLITE_STATE:
            files.write(self.path, text)
            return
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self.path)) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY, text TEXT)")
            database.execute("REPLACE INTO state VALUES (1, ?)", (text,))

    def members(self):
        return self.state["members"]

    def others(self):
        return {name: address for name, address in self.members().items() if name != self.me}

    def has_quorum(self):
        now = time.monotonic()
        alive = 1 + sum(now - self.seen.get(name, -60) < ELECTION_TIMEOUT_SECONDS for name in self.others())
        return alive > len(self.members()) / 2

    def proof(self):
        """Members of etcd know each other by certificates of the cluster, whatever token they were set up with."""
        return digest(files.read(pki.path("server-ca.key")))

    def ask(self, address, path, **options):
        return client.request(f"https://{address}:6443{path}", basic=("member", self.proof()), timeout=1, **options)

    def watch(self):
        """Looks for ever which members answer, and takes what is newer there."""
        for name in list(self.others()):
            threading.Thread(target=self.watch_member, args=(name,), daemon=True).start()

    def watch_member(self, name):
        while name in self.members():
            try:
                status, body = self.ask(self.members()[name], "/stand-in/state")
                if status == 200:
                    self.seen[name] = time.monotonic()
                    self.take(json.loads(body))
            except (client.Unreachable, KeyError):
                pass
            time.sleep(HEARTBEAT_SECONDS)

    def take(self, state):
        """Takes the state of another member when it is newer. Says whether the other is of this cluster."""
        with self.lock:
            if state["id"] != self.state["id"]:
                return False
            if state["revision"] > self.state["revision"]:
                known = set(self.others())
                self.state = state
                self.save()
                for name in set(self.others()) - known:
                    threading.Thread(target=self.watch_member, args=(name,), daemon=True).start()
            return True

    def change(self, edit):
        """Edits the state everywhere. Raises Failure, and changes nothing, without a quorum."""
        with self.lock:
            if not self.has_quorum():
                raise Failure("etcdserver: request timed out")
            known = set(self.others())
            edit(self.state)
            self.state["revision"] += 1
            self.save()
            state = self.state
        for name in set(self.others()) - known:
            threading.Thread(target=self.watch_member, args=(name,), daemon=True).start()
        for address in self.others().values():
            try:
                self.ask(address, "/stand-in/state", method="PUT", body=state)
            except client.Unreachable:
                pass


def path_of(is_etcd):
    return files.ETCD_STATE if is_etcd else files.SQLITE_STATE


def load(is_etcd):
    if is_etcd:
        return json.loads(files.read(files.ETCD_STATE))
    with contextlib.closing(sqlite3.connect(files.SQLITE_STATE)) as database:
        return json.loads(database.execute("SELECT text FROM state").fetchone()[0])


def exists(is_etcd):
    return os.path.exists(path_of(is_etcd))
