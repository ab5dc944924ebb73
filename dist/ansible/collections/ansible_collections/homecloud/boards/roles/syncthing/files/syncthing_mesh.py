"""Brings Syncthing on this board to what the home declares: options, devices, folders and their peers.

    syncthing_mesh.py [--check] < WANTED

Reads JSON and prints JSON: `changes` that it made, or with --check would make; `unknown`, what somebody added by hand;
`notes` and `problems` for a person; `restart`, whether Syncthing must start again.

What keeps files safe:

- A folder has a marker, `.stfolder/homecloud-UUID`, named after the file system of its disk. Syncthing itself never
  makes it, and stops the folder where it is missing: on an empty mount point, on another disk, on a disk that was
  emptied. So what is absent is never taken for deleted.
- The marker is made here, when the folder is new to Syncthing, which then has no index of it: nothing that is missing
  on the disk can look deleted. It is never made again.
- Where the folder lies on another disk than before, or at another place of it, Syncthing forgets its index first, and
  takes what is there for new.
- Files of people are never removed, whatever leaves the configuration.
"""

import copy
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from syncthing_api import Api, ApiError
from syncthing_files import Owner, read_json, write_json

TYPES = {"send-receive": "sendreceive", "send-only": "sendonly", "receive-only": "receiveonly"}

# The same for every folder (lib/config/folderconfiguration.go). Owners and modes are those of the board; of the
# extended attributes only those are synced in which Samba keeps the resource forks of Macs, not its DOS attributes,
# which each board writes for itself.
FOLDER = {
    "filesystemType": "basic",
    "rescanIntervalS": 3600,
    "fsWatcherEnabled": True,
    "fsWatcherDelayS": 10,
    "ignorePerms": True,
    "autoNormalize": True,
    "hashers": 1,
    "ignoreDelete": False,
    "copyOwnershipFromParent": False,
    "disableFsync": False,
    "caseSensitiveFS": False,
    "syncOwnership": False,
    "sendOwnership": False,
    "syncXattrs": True,
    "sendXattrs": True,
    "xattrFilter": {
        "entries": [{"match": "user.DosStream.*", "permit": True}, {"match": "*", "permit": False}],
        "maxSingleEntrySize": 65536,
        "maxTotalSize": 131072,
    },
}

DEVICE = {"introducer": False, "autoAcceptFolders": False}


def differs(have, want):
    """Whether something wanted is otherwise. What a version of Syncthing does not know is not shown by it."""
    if isinstance(have, dict) and isinstance(want, dict):
        return any(differs(have.get(key), value) for key, value in want.items())
    return have != want


def is_there(path):
    """Unlike `os.path.lexists`, it does not take an error of the disk for an answer."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def known(have, want):
    return {key: value for key, value in want.items() if key in have}


def versioning(wanted):
    days = wanted["days"]
    return {
        "staggered": {"type": "staggered", "params": {"maxAge": str(days * 86400)}},
        "trash-can": {"type": "trashcan", "params": {"cleanoutDays": str(days)}},
        "none": {"type": "", "params": {}},
    }[wanted["kind"]]


def config_path(what, name):
    return f"config/{what}/{urllib.parse.quote(name, safe='')}"


class Mesh:
    def __init__(self, api, wanted, check):
        self.api, self.wanted, self.check = api, wanted, check
        self.owner = Owner(**wanted["owner"])
        self.changes, self.unknown, self.notes, self.problems = [], [], [], []
        # What homecloud declared before: whatever else is there, somebody added by hand.
        self.record = {"devices": [], "folders": {}, **read_json(wanted["record"])}

    def run(self):
        self.own = self.api.wait(self.wanted["wait"])["myID"]
        self.config = self.api.get("config")
        self.devices = {it["deviceID"]: it for it in self.config["devices"]}
        self.folders = {it["id"]: it for it in self.config["folders"]}
        declared = {
            "devices": sorted(it["id"] for it in self.wanted["devices"]),
            "folders": {it["id"]: sorted(of["id"] for of in it["devices"]) for it in self.wanted["folders"]},
        }
        # Before anything is done: a run that is stopped in between leaves nothing that looks as if added by hand.
        self.remember({
            "devices": sorted({*self.record["devices"], *declared["devices"]}),
            "folders": {
                key: sorted({*self.record["folders"].get(key, []), *declared["folders"].get(key, [])})
                for key in sorted({*self.record["folders"], *declared["folders"]})
            },
        })
        self.set_options()
        for device in self.wanted["devices"]:
            self.set_device(device)
        # First, so that their paths are free.
        self.remove_folders(declared)
        for folder in self.wanted["folders"]:
            try:
                self.set_folder(folder)
            except (OSError, ValueError) as error:
                self.problems.append(
                    f"{folder['name']}: {error}. Its files and its index were left as they are: look at the disk "
                    f"({folder['mount_point']}; dmesg tells of errors), and run this again."
                )
        self.remove_devices(declared)
        self.remember(declared)
        restart = not self.check and self.api.get("config/restart-required")["requiresRestart"]
        return {
            "changes": self.changes,
            "unknown": self.unknown,
            "notes": self.notes,
            "problems": self.problems,
            "restart": restart,
        }

    def remember(self, record):
        if not self.check and record != read_json(self.wanted["record"]):
            write_json(self.wanted["record"], record)

    def do(self, change, method, path, body=None):
        self.changes.append(change)
        if not self.check:
            self.api.call(method, path, body)

    def set_options(self):
        have = self.config["options"]
        wrong = {key: value for key, value in known(have, self.wanted["options"]).items() if differs(have[key], value)}
        if wrong:
            self.do(f"options {', '.join(sorted(wrong))}", "PATCH", "config/options", wrong)

    def set_device(self, device):
        wanted = {
            **DEVICE,
            "name": device["name"],
            "addresses": device["addresses"],
            "untrusted": device["kind"] == "offsite",
        }
        path = config_path("devices", device["id"])
        have = self.devices.get(device["id"])
        if have is None:
            self.do(f"device {device['name']}: new", "PUT", path, {"deviceID": device["id"], **wanted})
            return
        wrong = sorted(key for key, value in known(have, wanted).items() if differs(have[key], value))
        if wrong:
            self.do(f"device {device['name']}: {', '.join(wrong)}", "PUT", path, {**have, **wanted})

    def set_folder(self, folder):
        have = self.folders.get(folder["id"])
        name = folder["name"]
        others = [f"{it['label'] or it['id']} at {it['path']}" for it in self.folders_at(folder)]
        if others:
            self.problems.append(
                f"{name}: somebody added the folder {', '.join(others)}, which has files of {folder['path']}, too: what "
                "one of the two keeps or forgets, the other would delete. Take it out of Syncthing on the page of the "
                "board, or by syncthing: { unknown: 'remove' }, and run this again. Its files stay."
            )
            self.set_sharing(folder, have)
            return
        try:
            disk = self.disk_of(folder["mount_point"])
        except (OSError, ValueError):
            self.set_sharing(folder, have)
            raise
        if disk is None:
            self.notes.append(
                f"{name}: there is no {self.wanted['marker']} in {folder['mount_point']}: the disk is away, or another "
                "one is in its place. Nothing was done to it, and Syncthing does not touch it."
            )
            self.set_sharing(folder, have)
            return
        marker = f".stfolder/homecloud-{disk}"
        if have is not None and self.is_elsewhere(have, folder, marker):
            self.forget(have, f"{name}: on another disk, or at another place of it: its index begins anew")
            have = None
        if have is None:
            self.begin(folder, marker)
            return
        path = f"{folder['path']}/{have['markerName']}"
        if not is_there(path):
            self.problems.append(
                f"{name}: the marker {path} is gone, so Syncthing has stopped the folder: somebody removed it, or what "
                "was in the folder. Look at the files. If they are all there: "
                f"sudo -u {self.owner.name} install -D /dev/null {path}, and run this again. If not, bring them back "
                "first: what is missing would be deleted on every device."
            )
            self.set_sharing(folder, have)
            return
        if have["markerName"] != marker and not self.check:
            # A folder that somebody made by hand has the marker of Syncthing itself.
            self.make_marker(folder, marker)
        self.set_body(have, self.body(folder, marker, have), name)
        self.set_ignores(folder)

    def set_body(self, have, wanted, name):
        wrong = sorted(key for key, value in known(have, wanted).items() if differs(have[key], value))
        if wrong:
            self.do(f"{name}: {', '.join(wrong)}", "PUT", config_path("folders", have["id"]), {**have, **wanted})

    def set_sharing(self, folder, have):
        """With whom, and which way: of a folder that is stopped, too. Who lost a share must not have it back with it."""
        if have is not None:
            wanted = {"type": TYPES[folder["type"]], "devices": self.peers(folder, have)}
            self.set_body(have, wanted, folder["name"])

    def folders_at(self, folder):
        """Other folders of Syncthing that have the path, or one above or below it, whatever links lead there."""
        here = os.path.realpath(folder["path"])
        declared = {it["id"] for it in self.wanted["folders"]}
        for key, have in self.folders.items():
            there = os.path.realpath(os.path.expanduser(have["path"]))
            if key not in declared and os.path.commonpath([here, there]) in (here, there):
                yield have

    def disk_of(self, mount_point):
        """What the marker of the disk calls it; `None` where no disk of the home is mounted. A marker that cannot be
        read is an error: it does not make the disk another one."""
        path = f"{mount_point}/{self.wanted['marker']}"
        try:
            with open(path, encoding="utf-8") as file:
                marker = json.load(file)
        except FileNotFoundError:
            return None
        except ValueError:
            raise ValueError(f"{path} is damaged") from None
        if not isinstance(marker, dict):
            raise ValueError(f"{path} is damaged")
        return str(marker.get("uuid") or "disk")

    def is_elsewhere(self, have, folder, marker):
        if os.path.normpath(have["path"]) != folder["path"]:
            return True
        return have["markerName"].startswith(".stfolder/homecloud-") and have["markerName"] != marker

    def begin(self, folder, marker):
        """A folder that is new to Syncthing: it has no index of it."""
        body = self.body(folder, marker)
        self.changes.append(f"{folder['name']}: new")
        if self.check:
            return
        self.owner.make_folder(folder["mount_point"], folder["path"])
        self.make_marker(folder, marker)
        self.owner.write_lines(f"{folder['path']}/.stignore", folder["ignore"])
        self.api.call("PUT", config_path("folders", folder["id"]), body)

    def forget(self, have, change):
        """Takes a folder out of Syncthing, with its index. Its files stay."""
        self.changes.append(change)
        del self.folders[have["id"]]
        if self.check:
            return
        # Syncthing removes the folder of markers; where that is not empty, it gives it a name that would be synced. It
        # leaves it to another folder of the same path (lib/model/model.go, RemoveFolder), which has its marker in it.
        if all(it["path"] != have["path"] for it in self.folders.values()):
            self.owner.remove(f"{have['path']}/.stfolder", "homecloud-")
        self.api.call("DELETE", config_path("folders", have["id"]))

    def body(self, folder, marker, have=None):
        return {
            **copy.deepcopy(FOLDER),
            "id": folder["id"],
            "label": folder["name"],
            "path": folder["path"],
            "type": TYPES[folder["type"]],
            "devices": self.peers(folder, have),
            "versioning": {**(have or {}).get("versioning", {}), **versioning(folder["versioning"])},
            "maxConflicts": folder["max_conflicts"],
            "markerName": marker,
        }

    def peers(self, folder, have):
        """The declared peers, the board itself, and those that somebody added by hand, unless they must go."""
        present = {it["deviceID"]: it for it in (have or {}).get("devices", [])}
        peers = {self.own: {"deviceID": self.own, "introducedBy": "", "encryptionPassword": ""}}
        names = {it["id"]: it["name"] for it in self.wanted["devices"]}
        for device in folder["devices"]:
            if device["is_encrypted"] and not self.wanted["offsite_password"]:
                self.problems.append(
                    f"{folder['name']}: there is no password for {names[device['id']]}, a peer elsewhere, which would get "
                    "the files as they are: it gets none. Run `npx homecloud secrets add`, which makes it, and give the "
                    "playbook secrets/boards.vault.yml."
                )
                continue
            peers[device["id"]] = {
                "deviceID": device["id"],
                "introducedBy": "",
                "encryptionPassword": self.wanted["offsite_password"] if device["is_encrypted"] else "",
            }
        for key, device in present.items():
            if key in peers or key in self.record["folders"].get(folder["id"], []):
                continue
            self.unknown.append(f"{folder['name']} is shared with {self.name_of(key)}")
            if self.wanted["unknown"] != "remove":
                peers[key] = device
        # In the order that Syncthing has them in, which means nothing.
        order = [key for key in present if key in peers] + sorted(key for key in peers if key not in present)
        return [peers[key] for key in order]

    def name_of(self, device):
        return f"{self.devices.get(device, {}).get('name') or 'a device without a name'} ({device[:7]})"

    def set_ignores(self, folder):
        query = f"db/ignores?folder={urllib.parse.quote(folder['id'], safe='')}"
        if (self.api.get(query).get("ignore") or []) != folder["ignore"]:
            self.do(f"{folder['name']}: patterns of what is not synced", "POST", query, {"ignore": folder["ignore"]})

    def make_marker(self, folder, marker):
        text = "Marker of Syncthing, made once. Without it, the folder is not synced: do not delete it."
        self.owner.write_lines(f"{folder['path']}/{marker}", [text])

    def remove_folders(self, declared):
        """What homecloud declared before, and does not any more; and what somebody added by hand, where it must go."""
        for key, have in list(self.folders.items()):
            name = have["label"] or key
            if key in declared["folders"]:
                continue
            if key in self.record["folders"]:
                self.forget(have, f"{name}: no longer synced; its files stay")
                continue
            self.unknown.append(f"the folder {name} at {have['path']}")
            if self.wanted["unknown"] == "remove":
                self.forget(have, f"{name}: nobody declared it; its files stay")

    def remove_devices(self, declared):
        for key in self.devices:
            if key in declared["devices"] or key == self.own:
                continue
            path = config_path("devices", key)
            if key in self.record["devices"]:
                self.do(f"device {self.name_of(key)}: removed", "DELETE", path)
                continue
            self.unknown.append(f"the device {self.name_of(key)}")
            if self.wanted["unknown"] == "remove":
                self.do(f"device {self.name_of(key)}: nobody declared it", "DELETE", path)


def main():
    wanted = json.load(sys.stdin)
    os.umask(0o002)
    try:
        result = Mesh(Api(wanted["api"], wanted["home"]), wanted, "--check" in sys.argv[1:]).run()
    except (ApiError, OSError) as error:
        sys.exit(f"Syncthing: {error}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
