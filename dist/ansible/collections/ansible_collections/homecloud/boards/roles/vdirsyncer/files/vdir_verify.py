#!/usr/bin/env python3
"""What the playbook verify tells about contacts and calendars as files: a state, a tab, what it is about, a tab, one line.

    vdir_verify.py [SETTINGS]
"""

import glob
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from vdir_files import read_json

# Four runs and a half, in seconds: one may wait for a server that restarts.
RECENT = 4000


def tell(state, what, detail):
    print(state, what, " ".join(str(detail).split()), sep="\t")


def look_at(person, settings):
    what = f"contacts and calendars of {person}"
    report = read_json(settings["report"])
    problem = report.get("problem")
    if not os.path.exists(settings["credential"]):
        tell("wrong", what, "the board has no credential for the server: the playbook people makes one")
    elif not os.path.isfile(f"{settings['mount_point']}/{settings['marker']}"):
        tell("wrong", what, f"are not synced: the disk at {settings['mount_point']} is away")
    elif not report:
        tell("unknown", what, f"were never synced yet: systemctl start homecloud-vdirsyncer@{person}")
    elif problem is not None:
        tell("wrong", what, f"are not synced: {problem['detail']}")
    elif time.time() - report["at"] > RECENT:
        tell("wrong", what, f"the last run was too long ago: journalctl -u homecloud-vdirsyncer@{person}")
    elif not report["failed"]:
        tell("ok", what, f"{report['items']} items, the same as files and on the server")
    for one in report.get("failed", []):
        tell("wrong", f"{one['collection']} of {person}", f"cannot be synced: {one['detail']}")
    for one in report.get("refused", []):
        decide = (
            f"sudo -u {settings['owner']} python3 /usr/local/libexec/homecloud/vdir_sync.py "
            f"/etc/homecloud/vdirsyncer/{person}.json"
        )
        choice = ""
        if one["reason"] in ("emptied", "many", "vanished"):
            choice = (
                f". To bring them back: {decide} --restore '{one['collection']}'; if the deletions are meant: the same "
                "with --accept; the next run does it"
            )
        tell("wrong", f"{one['collection']} of {person}", f"is not synced: {one['detail']}{choice}")
    if report.get("set_aside", 0) > 0:
        tell("unknown", what, f"{report['set_aside']} texts wait in {settings['folder']}/set-aside: {person} compares them")


def main(folder="/etc/homecloud/vdirsyncer"):
    for path in sorted(glob.glob(f"{glob.escape(folder)}/*.json")):
        settings = read_json(path)
        if settings:
            look_at(os.path.basename(path).removesuffix(".json"), settings)


if __name__ == "__main__":
    main(*sys.argv[1:])
