"""The options: of the command line, of config.yaml, and of config.yaml.d, where the last value of a key wins."""

import glob
import json
import os

import files
from failure import Failure

# docs.k3s.io, "k3s server" and "k3s agent": the options that homecloud may write, and the type of each.
AGENT_OPTIONS = {
    "debug": bool,
    "kubelet-arg": list,
    "node-external-ip": str,
    "node-ip": str,
    "node-label": list,
    "node-name": str,
    "node-taint": list,
    "protect-kernel-defaults": bool,
    "server": str,
    "token": str,
    "token-file": str,
}
SERVER_OPTIONS = AGENT_OPTIONS | {
    "advertise-address": str,
    "agent-token": str,
    "agent-token-file": str,
    "cluster-cidr": str,
    "cluster-dns": str,
    "cluster-domain": str,
    "cluster-init": bool,
    "disable": list,
    "disable-network-policy": bool,
    "embedded-registry": bool,
    "etcd-arg": list,
    "etcd-snapshot-compress": bool,
    "etcd-snapshot-retention": int,
    "etcd-snapshot-schedule-cron": str,
    "flannel-backend": str,
    "kube-apiserver-arg": list,
    "kube-controller-manager-arg": list,
    "secrets-encryption": bool,
    "service-cidr": str,
    "tls-san": list,
    "write-kubeconfig-mode": str,
}


def load(command, arguments):
    """The options of `k3s server` or `k3s agent`.

    An option of the other command is passed over, and one that neither knows is fatal, as with k3s.
    """
    if arguments:
        raise Failure(f"the stand-in takes no options on the command line: {arguments}")
    known = SERVER_OPTIONS if command == "server" else AGENT_OPTIONS
    options = {}
    for path in [files.CONFIG, *sorted(glob.glob(f"{files.CONFIG}.d/*.yaml"))]:
        if os.path.exists(path):
            options |= parse(path)
    for key, value in options.items():
        if key not in SERVER_OPTIONS:
            raise Failure(f"flag provided but not defined: -{key}")
        if not isinstance(value, SERVER_OPTIONS[key]):
            raise Failure(f"{key} of {files.CONFIG} is {value!r}, and should be of type {SERVER_OPTIONS[key].__name__}")
    return {key: value for key, value in options.items() if key in known}


def parse(path):
    """The YAML that the role writes: a key a line, its value in JSON or as plain text."""
    options = {}
    for line in files.read(path).splitlines():
        if line == "" or line.startswith("#"):
            continue
        key, separator, value = line.partition(": ")
        if separator == "" or key != key.strip():
            raise Failure(f"{path}: the stand-in does not read this line: {line}")
        try:
            options[key] = json.loads(value)
        except json.JSONDecodeError:
            options[key] = value
    return options


def secret(options, name):
    """A token: from its option or its file, without the white space around it. None when there is none."""
    path = options.get(f"{name}-file")
    if path is None:
        return options.get(name)
    if os.stat(path).st_mode & 0o077:
        raise Failure(f"{path} can be read by others")
    value = files.read(path).strip()
    if value == "":
        raise Failure(f"{path} is empty")
    return value
