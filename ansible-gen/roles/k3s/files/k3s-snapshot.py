#!/usr/bin/python3
"""Copies the database of a single server, while k3s runs, with the token that opens it.

Written by the Ansible role homecloud.boards.k3s: changes here are lost. A single server has SQLite, for which k3s has no
snapshots (k3s documentation, "Backup and Restore": copy the database and the token). SQLite's own backup copies a
database that is being written to as it stood at one moment (sqlite.org, "Using the SQLite Online Backup API").

Argument: how many copies are kept.
"""

import glob
import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import time

SERVER = "/var/lib/rancher/k3s/server"
FOLDER = f"{SERVER}/db/snapshots"
UNFINISHED = "unfinished-"


def main(keep):
    os.umask(0o077)
    os.makedirs(FOLDER, exist_ok=True)
    # What a power cut left.
    for unfinished in glob.glob(f"{FOLDER}/{UNFINISHED}*"):
        shutil.rmtree(unfinished)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=UNFINISHED) as scratch:
        source = sqlite3.connect(f"file:{SERVER}/db/state.db?mode=ro", uri=True)
        target = sqlite3.connect(f"{scratch}/state.db")
        source.backup(target)
        (answer,) = target.execute("PRAGMA quick_check").fetchone()
        if answer != "ok":
            sys.exit(f"the copy is damaged, and so may be the database: {answer}")
        target.close()
        source.close()
        with tarfile.open(f"{scratch}/copy", "w:gz") as archive:
            archive.add(f"{scratch}/state.db", "db/state.db")
            archive.add(f"{SERVER}/token", "token")
        with open(f"{scratch}/copy", "rb") as copy:
            os.fsync(copy.fileno())
        os.rename(f"{scratch}/copy", f"{FOLDER}/sqlite-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.tar.gz")
    copies = sorted(name for name in os.listdir(FOLDER) if name.startswith("sqlite-"))
    for name in copies[:-keep]:
        os.unlink(f"{FOLDER}/{name}")


main(int(sys.argv[1]))
