#!/usr/bin/env python3
"""What the playbook verify tells about changes in shares that Nextcloud shows: a state, a tab, what it is about, a tab, one line.

    share_changes_verify.py [SETTINGS]
"""

import glob
import json
import os
import sys
import time

# Seconds: what says twice a minute how it is, and has not for so long, hangs (as the role metrics has it).
FRESH = 600


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def watched_by(path):
    """Names of shares, as the program says them while it runs."""
    try:
        is_fresh = time.time() - os.stat(path).st_mtime < FRESH
    except OSError:
        is_fresh = False
    return read_json(path) if is_fresh else None


def main(folder="/etc/homecloud/share-changes"):
    for path in sorted(glob.glob(f"{glob.escape(folder)}/*.json")):
        settings = read_json(path)
        watched = watched_by(settings["watched"]) or []
        unit = os.path.basename(os.path.dirname(settings["watched"]))
        for share in settings["shares"]:
            what = f"changes in {share['name']}"
            if share["name"] in watched:
                print("ok", what, "Nextcloud is told of them", sep="\t")
            else:
                print("wrong", what, f"Nextcloud sees them late: journalctl -u {unit} says why", sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
