"""`k3s agent`."""

import os
import signal
import time

import client
import config
import node
import notify
from failure import Failure

HEARTBEAT_SECONDS = 10


def run(arguments):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    options = config.load("agent", arguments)
    token = config.secret(options, "token")
    if token is None:
        raise Failure("--token is required")
    if "server" not in options:
        raise Failure("--server is required")
    me = node.registration(options, is_server=False)
    basic = ("node", token.split("::node:")[-1])
    servers = [options["server"]]
    is_up = False
    while True:
        try:
            # An agent knows all servers once one has told it: it balances the load itself.
            servers = [f"https://{server}" for server in ask_any(servers, "/v1-k3s/apiservers", basic=basic)]
            for server in servers:
                try:
                    client.request(f"{server}/stand-in/nodes", method="POST", body=me, basic=basic)
                except client.Unreachable:
                    pass
            if not is_up:
                ask_any(servers, "/stand-in/nodes", method="POST", body=me, basic=basic)
                node.start_kubelet(options)
                notify.ready()
                is_up = True
                print("k3s agent is up and running", flush=True)
        except client.Unreachable as error:
            print(f"failed to get CA certs: {error}", flush=True)
        time.sleep(HEARTBEAT_SECONDS if is_up else 1)


def ask_any(servers, path, **options):
    for index, server in enumerate(servers):
        try:
            return client.expect(f"{server}{path}", **options)
        except client.Unreachable:
            if index == len(servers) - 1:
                raise
