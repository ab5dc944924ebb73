"""What vdirsyncer knows of one collection, and its run for that collection.

The state lies on the disk of the vdir, outside the share: who has one has the other, and Syncthing carries it to nobody.
Lost or damaged, it costs nothing but time: what is the same on both sides stays, what differs is set aside, what is on one
side only comes to the other.
"""

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# Seconds that vdirsyncer may take: the first run with thousands of items, each a request.
LONGEST_RUN = 3 * 3600


class Known:
    """An item as both sides had it after the last run."""

    def __init__(self, uid, name, tag, path):
        # `uid`: the hash of the item where it had none. `name` and `tag` of the file, `path` on the server.
        self.uid, self.name, self.tag, self.path = uid, name, tag, path


def section_name(text):
    """Letters, digits and underscores, as vdirsyncer wants them, and another one for each text."""
    return re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", text)


class State:
    def __init__(self, folder, kind, name):
        self.folder = folder
        self.pair = f"{kind}_{section_name(name)}"
        if len(self.pair) > 200:
            self.pair = f"{kind}_{hashlib.sha256(name.encode()).hexdigest()}"
        self.items = f"{folder}/status/{self.pair}.items"
        # Digests of texts that the vdir may have sent since the last run that came to its end, one a line.
        self.sent = f"{folder}/{self.pair}.sent"

    def mend(self):
        """Forgets what is damaged, by a disk that fails or a power cut: vdirsyncer would stop at it in each run."""
        if not os.path.exists(self.items):
            return
        try:
            with contextlib.closing(sqlite3.connect(self.items)) as database:
                is_whole = database.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        except sqlite3.DatabaseError as error:
            # Others, of its subclasses, are of the moment: it is locked, the disk does not answer.
            if type(error) is not sqlite3.DatabaseError:
                raise
            is_whole = False
        if not is_whole:
            self.forget()

    def known(self):
        """Its items; none where the collection was never synced."""
        if not os.path.exists(self.items):
            return []
        # Not read only: what a run that was killed left half done is undone here.
        with contextlib.closing(sqlite3.connect(self.items)) as database:
            try:
                rows = database.execute("SELECT ident, href_a, etag_a, href_b FROM status").fetchall()
            except sqlite3.OperationalError as error:
                # It was killed before it made the table.
                if "no such table" in str(error):
                    return []
                raise
        return [Known(*row) for row in rows]

    def correct(self):
        """Lets vdirsyncer see each change that comes. Of the side that it wrote to, it keeps the hash of the text that was there
        before (vdirsyncer/sync/__init__.py, Update), and so takes an edit that brings that text back for none. Where the two
        hashes differ, both are as it has them of an old state: any change is one."""
        if self.known():
            with contextlib.closing(sqlite3.connect(self.items)) as database, database:
                database.execute("UPDATE status SET hash_a = 'UNDEFINED', hash_b = 'UNDEFINED' WHERE hash_a <> hash_b")

    def forget(self):
        for kind in ("items", "metadata", "collections"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self.folder}/status/{self.pair}.{kind}")
        for journal in ("-journal", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self.items}{journal}")


def config_text(state, settings, collection, path, extension, aside, wins=None):
    """Of a single collection, with addresses for both sides: vdirsyncer has nothing to look for, and nothing to ask."""
    resolution = wins or ["command", sys.executable, f"{HERE}/vdir_conflict.py", aside, state.sent]
    server = {
        "type": "carddav" if extension == ".vcf" else "caldav",
        "url": collection.url,
        "username": settings["user"],
        "password.fetch": ["command", "cat", settings["credential"]],
        "read_only": collection.is_read_only,
    }
    if settings.get("authority"):
        server["verify"] = settings["authority"]
    sections = {
        "general": {"status_path": f"{state.folder}/status/"},
        f"pair {state.pair}": {
            "a": "vdir",
            "b": "server",
            "collections": None,
            "conflict_resolution": resolution,
            "metadata": ["displayname"] if extension == ".vcf" else ["displayname", "color"],
        },
        "storage vdir": {"type": "filesystem", "path": path, "fileext": extension},
        "storage server": server,
    }
    lines = []
    for section, options in sections.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in options.items()]
    return "".join(f"{line}\n" for line in lines)


class RunError(Exception):
    """What vdirsyncer said last."""


def run(program, config, verb, *arguments):
    """Runs vdirsyncer with a configuration, which never asks: there is nobody. What it says goes to the journal."""
    process = subprocess.Popen(
        [program, "--config", config, verb, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # Both sides are compared as UTF-8, whatever the language of the board.
        env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": os.path.dirname(config)},
    )
    try:
        said, _ = process.communicate(timeout=LONGEST_RUN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise RunError(f"vdirsyncer {verb} was stopped after {LONGEST_RUN / 3600:g} hours") from None
    except BaseException:
        process.kill()
        process.wait()
        raise
    print(said, end="", flush=True)
    if process.returncode != 0:
        lines = [line.strip() for line in said.splitlines() if re.match(r"(error|critical): ", line)]
        raise RunError(lines[0] if lines else f"vdirsyncer {verb} ends with status {process.returncode}")


def sync(program, state, config, digests, with_properties, is_forced):
    """One run for one collection. `config`: as `config_text` takes it, without what wins. `digests`: of texts that the vdir
    may send. `with_properties`: also its name and colour. `is_forced`: also where it empties a side."""
    os.makedirs(f"{state.folder}/status", mode=0o700, exist_ok=True)
    path, of_properties = (f"{state.folder}/{state.pair}{suffix}.config" for suffix in ("", ".properties"))
    # Of two names or colours the server's wins: commands do not judge them (vdirsyncer/metasync.py).
    texts = {path: config_text(state, **config), of_properties: config_text(state, wins="b wins", **config)}
    status = os.stat(config["settings"]["credential"])
    # vdirsyncer takes note of the collection as a whole, the password included, and stops where that is another one.
    proof = hashlib.sha256(f"{texts}{status.st_mtime_ns}{status.st_size}".encode()).hexdigest()
    noted = f"{state.folder}/{state.pair}.noted"
    if read_text(noted) != proof or not os.path.exists(f"{state.folder}/status/{state.pair}.collections"):
        for place, text in texts.items():
            with open(place, "w", encoding="utf-8") as file:
                file.write(text)
        run(program, path, "discover", "--no-list", state.pair)
        with open(noted, "w", encoding="utf-8") as file:
            file.write(proof)
    # Also after a run that was stopped before it could.
    state.correct()
    with open(state.sent, "a", encoding="utf-8") as file:
        file.write("".join(f"{digest}\n" for digest in digests))
    run(program, path, "sync", *(["--force-delete"] if is_forced else []), state.pair)
    state.correct()
    os.unlink(state.sent)
    if with_properties:
        run(program, of_properties, "metasync", state.pair)


def read_text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return None
