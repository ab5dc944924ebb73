"""Writes how Syncthing fares as a file for node-exporter's textfile collector.

    syncthing_metrics.py CONFIGURATION

Syncthing has metrics of its own, behind the key of its API, which nothing in the cluster should have; and they know no
conflict copies, and no names of devices.
"""

import datetime
import json
import os
import re
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from syncthing_api import Api, ApiError
from syncthing_files import read_json, write_json, write_text

HELP = {
    "homecloud_syncthing_up": "1 while Syncthing of the board answers.",
    "homecloud_syncthing_folder_stopped": "1 while the folder is not synced.",
    "homecloud_syncthing_folder_need_items": "Files and folders that others have, and the board has not yet.",
    "homecloud_syncthing_folder_need_bytes": "Bytes that others have, and the board has not yet.",
    "homecloud_syncthing_folder_errors": "Files that cannot be synced.",
    "homecloud_syncthing_folder_local_changes": "Changes on a board that receives only: nobody else gets them.",
    "homecloud_syncthing_folder_bytes": "Size of the folder on the board.",
    "homecloud_syncthing_folder_conflicts": "Conflict copies that wait for a person.",
    "homecloud_syncthing_folder_conflicts_of_one_file": "Conflict copies of the file that has most of them.",
    "homecloud_syncthing_folder_conflicts_limit": "Conflict copies of one file that are kept.",
    "homecloud_syncthing_device_connected": "1 while the device is connected to the board.",
    "homecloud_syncthing_device_last_seen_seconds": "When the device was last connected, in seconds since 1970.",
}

# photo.sync-conflict-20261129-101112-ABCDEFG.jpg (lib/model/folder_sendrecv.go, conflictName)
CONFLICT = re.compile(r"\.sync-conflict-\d{8}-\d{6}-[A-Z2-7]{7}(?=\.|$)")

# Conflicts are looked for in the folder itself, which wakes a disk: only after something changed in it, so that it is
# awake, and for no more than a tenth of the time. A walk that is stopped at the timeout of the unit has taken that.
PAUSE = 10
LONGEST_WALK = 600


class Metrics:
    """Samples, by metric, in the order in which they came."""

    def __init__(self):
        self.samples = {}

    def add(self, name, value, **labels):
        self.samples.setdefault(name, []).append((labels, value))

    def text(self):
        lines = []
        for name, samples in self.samples.items():
            lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge"]
            for labels, value in samples:
                pairs = ",".join(f'{key}="{escape(text)}"' for key, text in labels.items())
                lines.append(f"{name}{{{pairs}}} {value}" if pairs else f"{name} {value}")
        return "".join(f"{line}\n" for line in lines)


def escape(text):
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def count_conflicts(path):
    """All conflict copies of a folder, and those of the file that has most."""
    copies = {}
    for place, folders, files in os.walk(path):
        folders[:] = [name for name in folders if name not in (".stfolder", ".stversions")]
        for name in files:
            if CONFLICT.search(name):
                of = os.path.join(place, CONFLICT.sub("", name))
                copies[of] = copies.get(of, 0) + 1
    return {"all": sum(copies.values()), "of_one_file": max(copies.values(), default=0)}


def seconds_of(text):
    """RFC 3339, with up to nine digits of a second. 0: never."""
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$", text)
    if found is None:
        return 0
    return max(0, int(datetime.datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00")).timestamp()))


def conflicts(folder, sequence, cache, save):
    """What was counted last, counted again if something changed since and the last walk is long enough ago."""
    known = cache.get(folder["id"], {})
    age = time.time() - known.get("at", 0)
    if ("sequence" in known and known["sequence"] == sequence) or 0 <= age < PAUSE * known.get("took", 0):
        return known
    start = time.time()
    # Kept before it begins: a walk that is stopped does not start over at once, and holds up no other folder.
    cache[folder["id"]] = {**known, "at": start, "took": LONGEST_WALK}
    save()
    cache[folder["id"]] = {
        **count_conflicts(folder["path"]),
        "sequence": sequence,
        "at": start,
        "took": time.time() - start,
    }
    save()
    return cache[folder["id"]]


def add_folder(metrics, api, folder, cache, save):
    name = folder["label"] or folder["id"]
    status = api.get(f"db/status?folder={urllib.parse.quote(folder['id'], safe='')}")
    is_stopped = folder["paused"] or status.get("state") in ("error", "unknown", "") or bool(status.get("error"))
    metrics.add("homecloud_syncthing_folder_stopped", int(is_stopped), folder=name)
    for metric, key in {
        "need_items": "needTotalItems",
        "need_bytes": "needBytes",
        "errors": "errors",
        "local_changes": "receiveOnlyTotalItems",
        "bytes": "localBytes",
    }.items():
        metrics.add(f"homecloud_syncthing_folder_{metric}", status.get(key, 0), folder=name)
    if is_stopped:
        return
    known = conflicts(folder, status.get("sequence"), cache, save)
    if "all" not in known:
        return
    metrics.add("homecloud_syncthing_folder_conflicts", known["all"], folder=name)
    metrics.add("homecloud_syncthing_folder_conflicts_of_one_file", known["of_one_file"], folder=name)
    metrics.add("homecloud_syncthing_folder_conflicts_limit", folder["maxConflicts"], folder=name)


def add_devices(metrics, api, own, devices, kinds):
    connections = api.get("system/connections")["connections"]
    stats = api.get("stats/device")
    for device in devices:
        key = device["deviceID"]
        if key == own:
            continue
        labels = {"device": device["name"] or key[:7], "kind": kinds.get(key, "other")}
        is_connected = connections.get(key, {}).get("connected", False)
        metrics.add("homecloud_syncthing_device_connected", int(is_connected), **labels)
        seen = int(time.time()) if is_connected else seconds_of(stats.get(key, {}).get("lastSeen", ""))
        # A device that never came is not one that stays away.
        if seen:
            metrics.add("homecloud_syncthing_device_last_seen_seconds", seen, **labels)


def measure(configuration, cache, save):
    metrics = Metrics()
    try:
        api = Api(configuration["api"], configuration["home"])
        own = api.get("system/status")["myID"]
        config = api.get("config")
        metrics.add("homecloud_syncthing_up", 1)
        for folder in config["folders"]:
            add_folder(metrics, api, folder, cache, save)
        kinds = {it["id"]: it["kind"] for it in configuration["devices"]}
        add_devices(metrics, api, own, config["devices"], kinds)
    except (ApiError, OSError):
        metrics = Metrics()
        metrics.add("homecloud_syncthing_up", 0)
    return metrics


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        configuration = json.load(file)
    cache = read_json(configuration["cache"])

    def save():
        write_json(configuration["cache"], cache)

    metrics = measure(configuration, cache, save)
    write_text(f"{configuration['folder']}/homecloud-syncthing.prom", metrics.text(), 0o644)


if __name__ == "__main__":
    main()
