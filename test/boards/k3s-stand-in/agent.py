"""`k3s agent`."""

import os
import signal
import socket
import threading
import time

import client
import config
import node
import notify
from failure import Failure

HEARTBEAT_SECONDS = 10
BALANCER = ("127.0.0.1", 6444)


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
            servers[:] = [f"https://{server}" for server in ask_any(servers, "/v1-k3s/apiservers", basic=basic)]
            if not is_up:
                join(options, servers, me, basic)
                notify.ready()
                is_up = True
                print("k3s agent is up and running", flush=True)
            for server in servers:
                try:
                    client.request(f"{server}/stand-in/nodes", method="POST", body=me, basic=basic)
                except client.Unreachable:
                    pass
        except client.Unreachable as error:
            print(f"failed to get CA certs: {error}", flush=True)
        time.sleep(HEARTBEAT_SECONDS if is_up else 1)


def join(options, servers, me, basic):
    body = me | {"certificate": True}
    answer = ask_any(servers, "/stand-in/nodes", method="POST", body=body, basic=basic)
    authority = ask_any(servers, "/cacerts", is_json=False)
    balance(servers)
    node.write_kubeconfig(f"https://{BALANCER[0]}:{BALANCER[1]}", authority, answer["certificate"])
    node.start_kubelet(options)


def ask_any(servers, path, **options):
    for index, server in enumerate(servers):
        try:
            return client.expect(f"{server}{path}", **options)
        except client.Unreachable:
            if index == len(servers) - 1:
                raise


def balance(servers):
    """The port of the agent that leads to any server that answers (pkg/agent/loadbalancer)."""
    listener = socket.create_server(BALANCER)
    threading.Thread(target=accept, args=(listener, servers), daemon=True).start()


def accept(listener, servers):
    while True:
        connection, _ = listener.accept()
        for server in servers:
            host, port = server.removeprefix("https://").split(":")
            try:
                upstream = socket.create_connection((host, int(port)), timeout=3)
            except OSError:
                continue
            upstream.settimeout(None)
            for pair in ((connection, upstream), (upstream, connection)):
                threading.Thread(target=pipe, args=pair, daemon=True).start()
            break
        else:
            connection.close()


def pipe(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
