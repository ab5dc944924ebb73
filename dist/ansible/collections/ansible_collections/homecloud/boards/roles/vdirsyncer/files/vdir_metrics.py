"""Writes how contacts and calendars of people fare as a file for node-exporter's textfile collector.

    vdir_metrics.py FILE [SETTINGS]

`SETTINGS`: the folder with those of each person, as the role writes them.
"""

import glob
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from vdir_files import read_json

HELP = {
    "homecloud_vdir_last_success_seconds": "When contacts and calendars were last synced, in seconds since 1970.",
    "homecloud_vdir_credential": "1 while the board has a credential for the server, which has not refused it.",
    "homecloud_vdir_refused": "Address books and calendars that are not synced until a person has looked at them.",
    "homecloud_vdir_failed": "Address books and calendars whose last sync failed.",
    "homecloud_vdir_set_aside": "Texts that were set aside, and wait for the person.",
}


def samples_of(path):
    settings = read_json(path)
    report = read_json(settings.get("report", ""))
    problem = (report.get("problem") or {}).get("reason")
    # Before the first run: since it is wanted.
    last = report.get("last_success") or os.stat(path).st_mtime
    has_credential = os.path.exists(settings.get("credential", "")) and problem != "credential"
    return {
        "homecloud_vdir_last_success_seconds": int(last),
        "homecloud_vdir_credential": int(has_credential),
        "homecloud_vdir_refused": len(report.get("refused", [])),
        "homecloud_vdir_failed": len(report.get("failed", [])),
        "homecloud_vdir_set_aside": report.get("set_aside", 0),
    }


def main(to, folder="/etc/homecloud/vdirsyncer"):
    people = {}
    for path in sorted(glob.glob(f"{glob.escape(folder)}/*.json")):
        people[os.path.basename(path).removesuffix(".json")] = samples_of(path)
    lines = []
    for name, text in HELP.items():
        lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
        lines += [f'{name}{{person="{person}"}} {samples[name]}' for person, samples in people.items()]
    with open(f"{to}.new", "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write("".join(f"{line}\n" for line in lines))
    os.replace(f"{to}.new", to)


if __name__ == "__main__":
    main(*sys.argv[1:])
