"""Says in JSON what stands on this board, and changes nothing: one question instead of twenty tasks.

Arguments: the unit of k3s, the unit that it must not have, the mount point of the disk with its state (or nothing), and
the files whose checksum, mode and owner are asked for.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys

DATA = "/var/lib/rancher/k3s"
BINARY = "/usr/local/bin/k3s"


def checksum(path):
    """SHA-256 of a file; nothing if there is none."""
    try:
        with open(path, "rb") as file:
            digest = hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
            return digest.hexdigest()
    except OSError:
        return ""


def describe(path, digest):
    """A file, its checksum and its mode in one line, and its owner if that is not root."""
    status = os.stat(path)
    owner = "" if (status.st_uid, status.st_gid) == (0, 0) else f" {status.st_uid} {status.st_gid}"
    return f"{path} {digest} {status.st_mode & 0o7777:04o}{owner}"


def status_of(unit):
    """What systemd knows of a unit, and whether it began to start before one of its files was written."""
    properties = ["LoadState", "ActiveState", "UnitFileState", "InactiveExitTimestamp"]
    shown = subprocess.run(
        ["systemctl", "show", "--timestamp=us+utc", f"--property={','.join(properties)}", unit],
        env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return dict(line.split("=", 1) for line in shown.splitlines())


def unread(status, paths):
    """The files that changed since k3s began to start. What decides is on the board, not what a run has changed."""
    if status["ActiveState"] not in ("active", "activating", "reloading"):
        return []
    since = datetime.datetime.strptime(status["InactiveExitTimestamp"], "%a %Y-%m-%d %H:%M:%S.%f %Z")
    seconds = since.replace(tzinfo=datetime.timezone.utc).timestamp()
    return [path for path in paths if os.path.exists(path) and os.stat(path).st_mtime > seconds]


def version():
    if not os.path.exists(BINARY):
        return ""
    words = subprocess.run([BINARY, "--version"], capture_output=True, check=False, text=True).stdout.split()
    return words[2] if len(words) > 2 else "unknown"


def free(path):
    """Bytes that root may still write below a folder, or where it would be."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    status = os.statvfs(path)
    return status.f_bfree * status.f_frsize


def main(unit, other_unit, mount_point, *paths):
    status = status_of(f"{unit}.service")
    files = {path: checksum(path) for path in paths}
    print(
        json.dumps(
            {
                "status": status,
                "other_unit": os.path.exists(f"/etc/systemd/system/{other_unit}.service"),
                "is_mounted": mount_point == "" or is_mounted(mount_point),
                # Whether there is a database is decided as k3s does: by etcd's log (pkg/etcd/etcd.go, walDir).
                "has_etcd": os.path.exists(f"{DATA}/server/db/etcd/member/wal"),
                "has_sqlite": os.path.exists(f"{DATA}/server/db/state.db"),
                "has_ca": os.path.exists(f"{DATA}/server/tls/server-ca.crt"),
                "has_joined": os.path.exists(f"{DATA}/agent/kubelet.kubeconfig"),
                "has_password": os.path.exists("/etc/rancher/node/password"),
                "timer": status_of("k3s-snapshot.timer"),
                "version": version(),
                "free": {path: free(path) for path in (os.path.dirname(BINARY), DATA)},
                "links": [name for name in ("kubectl", "crictl", "ctr") if is_link(name)],
                "files": files,
                "described": [describe(path, digest) for path, digest in files.items() if digest],
                "folders": [path for path in {DATA, *map(os.path.dirname, paths)} if os.path.isdir(path)],
                "unread": unread(status, [path for path in paths if is_read(path)]),
            }
        )
    )


def is_mounted(path):
    return subprocess.run(["mountpoint", "--quiet", path], check=False).returncode == 0


def is_read(path):
    """Whether k3s reads the file when it starts, and so must start again when it changes."""
    name = os.path.basename(path)
    return not name.startswith("k3s-snapshot") and name not in ("join.yaml", "token.new")


def is_link(name):
    path = os.path.join(os.path.dirname(BINARY), name)
    return os.path.islink(path) and os.readlink(path) == os.path.basename(BINARY)


main(*sys.argv[1:])
