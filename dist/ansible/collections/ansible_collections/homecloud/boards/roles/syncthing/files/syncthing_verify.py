#!/usr/bin/env python3
"""What the playbook verify tells about the sync of shares: a state, a tab, what it is about, a tab, one line.

    syncthing_verify.py [CONFIGURATION]
"""

import contextlib
import os
import shlex
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from syncthing_api import Api, ApiError
from syncthing_files import read_json


def tell(state, what, detail):
    print(state, what, " ".join(str(detail).split()), sep="\t")


def look_at_folder(api, folder):
    what = f"sync of {folder['label'] or folder['id']}"
    status = api.get(f"db/status?folder={urllib.parse.quote(folder['id'], safe='')}")
    if folder["paused"]:
        tell("wrong", what, "is paused: somebody did it on the page of Syncthing, and ends it there")
    elif status["state"] == "error" or status.get("error"):
        tell("wrong", what, f"has stopped: {status.get('error')}; the playbook site says what to do")
    elif status.get("errors", 0) > 0:
        tell("wrong", what, f"{status['errors']} files cannot be synced: journalctl -u homecloud-syncthing names them")
    elif status.get("needTotalItems", 0) > 0:
        tell("unknown", what, f"{status['needTotalItems']} items are still to come")
    else:
        tell("ok", what, f"{status['localFiles']} files, as the others have them")


# Seconds for all folders: what was adopted with another owner mostly has it as a whole, near the top. The playbook gives
# this program 120.
LONGEST_WALK = 40


def first_of_another(folder, uid, seconds):
    """The first file or folder below that has another owner, of those that are looked at in time. Never through a link."""
    end = time.monotonic() + seconds
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".stfolder", ".stversions")]
        for name in ("", *files):
            path = os.path.join(place, name) if name else place
            with contextlib.suppress(OSError):
                if os.lstat(path).st_uid != uid:
                    return path
            if time.monotonic() > end:
                return None
    return None


def look_at_owner(folder, owner, seconds):
    found = first_of_another(folder["path"], owner["uid"], seconds)
    if found is None:
        return
    path = shlex.quote(folder["path"])
    tell(
        "wrong",
        f"files of {folder['label'] or folder['id']}",
        f"{found} has another owner than {owner['name']}, so that no protocol of the share can replace it: "
        f"sudo chown -Rh {owner['name']}:{owner['name']} {path} && "
        f"sudo find {path} -type d -exec chmod 2775 {{}} + && sudo find {path} -type f -exec chmod ug+rw {{}} +",
    )


def look_at_peers(api, configuration):
    connections = api.get("system/connections")["connections"]
    for device in configuration["devices"]:
        if device["kind"] != "board":
            continue
        is_connected = connections.get(device["id"], {}).get("connected", False)
        what = f"Syncthing of {device['name']}"
        if is_connected:
            tell("ok", what, "is connected")
        else:
            tell("wrong", what, "is not connected: the board, its Syncthing or its disk is away")


def main():
    configuration = read_json(sys.argv[1] if len(sys.argv) > 1 else "/etc/homecloud/syncthing.json")
    try:
        api = Api(configuration["api"], configuration["home"])
        folders = api.get("config/folders")
        for folder in folders:
            look_at_folder(api, folder)
            if folder["id"].startswith("homecloud-"):
                look_at_owner(folder, configuration["owner"], LONGEST_WALK / len(folders))
        look_at_peers(api, configuration)
    except (ApiError, OSError):
        # That it does not answer is told by verify itself.
        return


if __name__ == "__main__":
    main()
