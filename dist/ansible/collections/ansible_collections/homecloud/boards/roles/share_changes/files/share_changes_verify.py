#!/usr/bin/env python3
"""What the playbook verify tells about changes in shares that Nextcloud shows: a state, a tab, what it is about, a tab, one line.

    share_changes_verify.py [SETTINGS]
"""

import glob
import json
import os
import sys


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def main(folder="/etc/homecloud/share-changes"):
    for path in sorted(glob.glob(f"{glob.escape(folder)}/*.json")):
        settings = read_json(path)
        watched = read_json(settings["watched"]) or []
        unit = os.path.basename(os.path.dirname(settings["watched"]))
        for share in settings["shares"]:
            what = f"changes in {share['name']}"
            if share["name"] in watched:
                print("ok", what, "Nextcloud is told of them", sep="\t")
            else:
                print("wrong", what, f"Nextcloud sees them late: journalctl -u {unit} says why", sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
