"""A stand-in for k3s: what a board sees of it, and no Kubernetes.

It takes the same options, reads and writes the same files, answers at the same ports and refuses the same things as
k3s, so that the role `k3s` can be run for real where k3s cannot be had. No pod ever runs here.
Sources: docs.k3s.io (configuration, token, embedded etcd, requirements); pkg/etcd and pkg/server of the k3s repository.
"""

import os
import sys

import agent
import kubectl
import server
import snapshots
from failure import Failure
from version import VERSION


def main(program, arguments):
    if program in ("kubectl", "crictl", "ctr"):
        arguments = [program, *arguments]
    command, *rest = arguments or [""]
    if command == "--version":
        print(f"k3s version {VERSION} (stand-in)")
    elif command == "server":
        server.run(rest)
    elif command == "agent":
        agent.run(rest)
    elif command == "kubectl":
        kubectl.run(rest)
    elif command == "etcd-snapshot":
        snapshots.run(rest)
    else:
        raise Failure(f"the stand-in for k3s has no command {command!r}")


try:
    main(os.path.basename(sys.argv[0]), sys.argv[1:])
except Failure as failure:
    sys.exit(str(failure))
