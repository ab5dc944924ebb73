"""Keeps contacts and calendars of one person the same in a share and on the server, by vdirsyncer.

    vdir_sync.py SETTINGS [--accept COLLECTION | --restore COLLECTION]

With an option it notes what the admin says to a refusal of the last run, for the next one: `--accept calendars/work`, that
the deletions are meant, `--restore calendars/work`, that what one side still has comes back to the other. It is said to that
refusal: where another side or another number of items is gone by then, it is refused again.
"""

import argparse
import contextlib
import fcntl
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from vdir_collection import ASKED, Refusal, Sync, is_folder, make_folder
from vdir_files import read_json, write_json
from vdir_server import MADE_UP, Server, ServerError
from vdir_state import RunError

KINDS = ("contacts", "calendars")

# A credential that was refused is not tried again for so many seconds, unless it is another one: the server slows down
# and locks out who tries often.
PAUSE = 6 * 3600


class Problem(Exception):
    """`reason`: `away`, `no-folder`, `no-credential`, `credential`, `unreachable`, `server` or `unforeseen`. Not all collections
    were synced."""

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


def printable(text):
    """Names of files may have bytes that are no text."""
    return str(text).encode("utf-8", "replace").decode()


def unforeseen(settings, error):
    """What a person is told of an error that no line of ours expects. Where it happened goes to the journal."""
    print("".join(traceback.format_tb(error.__traceback__)), end="", file=sys.stderr)
    more = f"journalctl -u homecloud-vdirsyncer@{settings['user']} says where"
    return f"an error that nobody foresaw, {type(error).__name__}: {error}; {more}"


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
                if not self.is_name(name):
                    self.refuse(key, Refusal("name", "cannot be the name of a folder: rename it"))
                    continue
                decision = decisions.pop(key, None)
                if decision is not None:
                    write_json(self.decisions, decisions)
                self.one(server, homes[kind], kind, name, found[kind].get(name), records, decision)

    @staticmethod
    def is_name(name):
        try:
            return not name.startswith((".", MADE_UP)) and "/" not in name and len(name.encode()) <= 200
        except UnicodeEncodeError:
            # Bytes that are no UTF-8.
            return False

    def refuse(self, key, refusal):
        self.refused.append({name: printable(it) if isinstance(it, str) else it for name, it in refusal.told(key).items()})

    def fail(self, key, detail):
        self.failed.append({"collection": printable(key), "detail": printable(detail)})

    def here(self, kind):
        """Collections on the disk; what is no folder is judged where it has the name of one."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(f"{self.settings['folder']}/{kind}") as entries:
            return [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
        return []

    @staticmethod
    def noted(records, kind):
        return [key.split("/", 1)[1] for key in records if key.startswith(f"{kind}/")]

    def one(self, server, home, kind, name, found, records, decision):
        key = f"{kind}/{name}"
        try:
            place = f"{self.settings['folder']}/{kind}"
            if os.path.lexists(place) and not is_folder(place):
                raise Refusal("link", f"{place} is a link or a file: it is the folder of all {kind}")
            sync = Sync(self.settings, server, home, kind, name, found, records.get(key), decision)
            record = sync.run()
            self.items += sync.count
        except Refusal as refusal:
            self.refuse(key, refusal)
        except (RunError, OSError) as error:
            check_disk(self.settings)
            self.fail(key, error)
        except ServerError as error:
            if error.reason != "server":
                raise Problem(error.reason, str(error)) from None
            self.fail(key, error)
        # One odd file must not hold up all others, and not go untold.
        except Exception as error:
            check_disk(self.settings)
            self.fail(key, unforeseen(self.settings, error))
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
            "problem": None if problem is None else {"reason": problem.reason, "detail": printable(problem)},
            # Of a run that could not look, the refusals of the one before: the admin may still answer them.
            "refused": run.refused if problem is None else last.get("refused", []),
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


def decide(settings, run, what, collection):
    """Notes the word of the admin with what it answers."""
    refusals = read_json(settings["report"]).get("refused", [])
    asked = [it for it in refusals if it["collection"] == collection and it["reason"] in ASKED]
    if not asked:
        names = ", ".join(it["collection"] for it in refusals if it["reason"] in ASKED)
        print(f"The last run did not ask about {collection}. It asked about: {names or 'nothing'}", file=sys.stderr)
        return 1
    write_json(run.decisions, {**read_json(run.decisions), collection: {"what": what, **asked[0]}})
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("settings")
    answer = parser.add_mutually_exclusive_group()
    answer.add_argument("--accept", metavar="COLLECTION")
    answer.add_argument("--restore", metavar="COLLECTION")
    given = parser.parse_args()
    settings = read_json(given.settings)
    run, start, problem = Run(settings), time.time(), None
    try:
        run.prepare()
        with open(f"{settings['state']}/lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for what, collection in (("accept", given.accept), ("restore", given.restore)):
                if collection:
                    # The next run does it.
                    return decide(settings, run, what, collection)
            run.sync()
    except Problem as found:
        problem = found
    except Exception as error:
        problem = Problem("unforeseen", unforeseen(settings, error))
    return report(settings, run, start, problem)


if __name__ == "__main__":
    sys.exit(main())
