#!/usr/bin/env python3
"""What the playbook verify tells about the sync of shares: a state, a tab, what it is about, a tab, one line.

    syncthing_verify.py [CONFIGURATION]
"""

import os
import sys
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
        for folder in api.get("config/folders"):
            look_at_folder(api, folder)
        look_at_peers(api, configuration)
    except (ApiError, OSError):
        # That it does not answer is told by verify itself.
        return


if __name__ == "__main__":
    main()
