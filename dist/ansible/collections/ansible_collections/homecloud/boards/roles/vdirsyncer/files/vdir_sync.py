"""Keeps contacts and calendars of one person the same in a share and on the server, by vdirsyncer.

    vdir_sync.py SETTINGS [--accept COLLECTION | --restore COLLECTION]

With an option it notes what the admin says to a refusal, for the next run: `--accept calendars/work`, that the deletions
are meant, `--restore calendars/work`, that what one side still has comes back to the other.
"""

import argparse
import contextlib
import fcntl
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from vdir_collection import Refusal, Sync, is_folder, make_folder
from vdir_files import read_json, write_json
from vdir_server import Server, ServerError
from vdir_state import RunError

KINDS = ("contacts", "calendars")

# A credential that was refused is not tried again for so many seconds, unless it is another one: the server slows down
# and locks out who tries often.
PAUSE = 6 * 3600


class Problem(Exception):
    """`reason`: `away`, `no-folder`, `no-credential`, `credential`, `unreachable` or `server`. No collection was synced."""

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason


def check_disk(settings):
    """An absent disk is never an empty one, and another one is none of ours."""
    if not os.path.isfile(f"{settings['mount_point']}/{settings['marker']}"):
        raise Problem("away", f"the disk at {settings['mount_point']} is away: it has no {settings['marker']}")


def read_credential(settings):
    try:
        with open(settings["credential"], encoding="utf-8") as file:
            credential = file.read().strip()
    except FileNotFoundError:
        credential = ""
    if not credential:
        raise Problem("no-credential", f"{settings['credential']} is not there: the playbook people makes it")
    return credential


def credential_proof(settings):
    """Another one for another credential, and nothing of it."""
    status = os.stat(settings["credential"])
    return f"{status.st_mtime_ns};{status.st_size}"


class Run:
    def __init__(self, settings):
        self.settings = settings
        self.records = f"{settings['state']}/collections.json"
        self.decisions = f"{settings['state']}/decisions.json"
        self.rejected = f"{settings['state']}/rejected.json"
        self.refused, self.failed, self.items = [], [], 0

    def prepare(self):
        check_disk(self.settings)
        folder = self.settings["folder"]
        if not is_folder(folder):
            raise Problem("no-folder", f"{folder} is not there: the pod of the shares makes it")
        os.makedirs(self.settings["state"], mode=0o700, exist_ok=True)

    def server(self):
        credential = read_credential(self.settings)
        rejected = read_json(self.rejected)
        if rejected.get("proof") == credential_proof(self.settings) and 0 <= time.time() - rejected["at"] < PAUSE:
            raise Problem("credential", rejected["detail"])
        return Server(self.settings["url"], self.settings["user"], credential, self.settings.get("authority"))

    def sync(self):
        server = self.server()
        try:
            homes = server.homes()
            found = {kind: server.collections(kind, homes[kind]) for kind in KINDS}
        except ServerError as error:
            if error.reason == "credential":
                proof = credential_proof(self.settings)
                write_json(self.rejected, {"proof": proof, "at": time.time(), "detail": str(error)})
            raise Problem(error.reason, str(error)) from None
        records = read_json(self.records)
        decisions = read_json(self.decisions)
        for kind in KINDS:
            place = f"{self.settings['folder']}/{kind}"
            if not os.path.lexists(place) and not any(key.startswith(f"{kind}/") for key in records):
                make_folder(place)
            for name in sorted({*found[kind], *self.here(kind), *self.noted(records, kind)}):
                key = f"{kind}/{name}"
                if name.startswith(".") or "/" in name or len(name.encode()) > 200:
                    self.refused.append({"collection": key, "reason": "name", "detail": "cannot be the name of a folder"})
                    continue
                decision = decisions.pop(key, None)
                if decision is not None:
                    write_json(self.decisions, decisions)
                self.one(server, homes[kind], kind, name, found[kind].get(name), records, decision)

    def here(self, kind):
        """Collections on the disk; what is no folder is judged where it has the name of one."""
        with contextlib.suppress(FileNotFoundError), os.scandir(f"{self.settings['folder']}/{kind}") as entries:
            return [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
        return []

    @staticmethod
    def noted(records, kind):
        return [key.split("/", 1)[1] for key in records if key.startswith(f"{kind}/")]

    def one(self, server, home, kind, name, found, records, decision):
        key = f"{kind}/{name}"
        try:
            place = f"{self.settings['folder']}/{kind}"
            if not os.path.lexists(place):
                raise Refusal("vanished", f"is gone from the disk, with all {kind}")
            if not is_folder(place):
                raise Refusal("link", f"{place} is a link or a file: it is the folder of all {kind}")
            sync = Sync(self.settings, server, home, kind, name, found, records.get(key), decision)
            record = sync.run()
            self.items += sync.count
        except Refusal as refusal:
            self.refused.append({"collection": key, "reason": refusal.reason, "detail": str(refusal)})
        except RunError as error:
            check_disk(self.settings)
            self.failed.append({"collection": key, "detail": str(error)})
        except ServerError as error:
            if error.reason != "server":
                raise Problem(error.reason, str(error)) from None
            self.failed.append({"collection": key, "detail": str(error)})
        except OSError as error:
            check_disk(self.settings)
            self.failed.append({"collection": key, "detail": str(error)})
        else:
            if record is None:
                records.pop(key, None)
            else:
                records[key] = record
            write_json(self.records, records)


def count_aside(settings):
    """Texts that wait for the person, who deletes them."""
    return sum(len(files) for _place, _folders, files in os.walk(f"{settings['folder']}/set-aside"))


def report(settings, run, start, problem):
    last = read_json(settings["report"])
    now = time.time()
    is_done = problem is None and not run.failed
    write_json(
        settings["report"],
        {
            "at": now,
            "seconds": now - start,
            "last_success": now if is_done else last.get("last_success"),
            "problem": None if problem is None else {"reason": problem.reason, "detail": str(problem)},
            "refused": run.refused,
            "failed": run.failed,
            "items": run.items if is_done else last.get("items", 0),
            "set_aside": count_aside(settings) if problem is None else last.get("set_aside", 0),
        },
    )
    lines = [] if problem is None else [str(problem)]
    lines += [f"{it['collection']}: {it['detail']}" for it in [*run.refused, *run.failed]]
    for line in lines:
        print(line, file=sys.stderr)
    # Without a credential there is nothing to do, and nothing wrong with the run.
    return 1 if lines and not (problem is not None and problem.reason == "no-credential") else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("settings")
    parser.add_argument("--accept", metavar="COLLECTION")
    parser.add_argument("--restore", metavar="COLLECTION")
    given = parser.parse_args()
    settings = read_json(given.settings)
    run, start, problem = Run(settings), time.time(), None
    try:
        run.prepare()
        with open(f"{settings['state']}/lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            noted = {key: what for what, key in (("accept", given.accept), ("restore", given.restore)) if key}
            if noted:
                # The next run does it.
                write_json(run.decisions, {**read_json(run.decisions), **noted})
                return 0
            run.sync()
    except Problem as found:
        problem = found
    return report(settings, run, start, problem)


if __name__ == "__main__":
    sys.exit(main())
