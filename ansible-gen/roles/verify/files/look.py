"""Looks at this board and says in JSON what it saw: a list of [state, what, detail], where the state is `ok`, `wrong` or
`unknown`. It changes nothing. Its standard input is what the board should be, as JSON.

A role that knows more leaves a program in /usr/local/libexec/homecloud/verify.d: a line of its output is a state, a tab,
what it looked at, a tab, and what it saw.
"""

import datetime
import glob
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.request

DATA = "/var/lib/rancher/k3s"
MORE = "/usr/local/libexec/homecloud/verify.d"
CERTIFICATE_DAYS = 30
FULL_PERCENT = 90
# The firmware slows the processor down from 80 degrees on (Raspberry Pi documentation, "Frequency management").
HOT_DEGREES = 80
# Raspberry Pi documentation, `vcgencmd get_throttled`: what is now, and what has been since the board started.
THROTTLED = {0: "too little voltage", 1: "frequency capped", 2: "throttled", 3: "too hot"}
HAS_BEEN = 16
# RFC 6761, section 6.4: nobody has a name below it, and every name server says so.
NOBODY = "homecloud.invalid"
NO_ERROR, NO_SUCH_NAME = 0, 3
# How a mount says that nothing can be written: also ext4 after an error (super.c of Linux 6.15: emergency_ro, shutdown).
NOT_WRITABLE = {"ro", "emergency_ro", "shutdown"}
READ_ONLY = (
    "nothing can be written there, as after an error of the disk or its cable (journalctl --dmesg says which): "
    "copy its files, look at plug and power, and restart the board"
)

seen = []


def tell(state, what, detail):
    seen.append([state, what, str(detail)])


def judge(is_right, what, right, wrong):
    tell("ok" if is_right else "wrong", what, right if is_right else wrong)


def run(*command, seconds=30):
    """What a command printed, or None if it failed."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def show(unit, name):
    return run("systemctl", "show", f"--property={name}", "--value", unit)


def look_at_unit(unit):
    state = show(unit, "ActiveState")
    judge(state == "active", unit, "runs", f"is {state}: journalctl -u {unit} says why")


def ask(kubeconfig, path):
    """An answer of the API server, or None."""
    answer = run("/usr/local/bin/k3s", "kubectl", f"--kubeconfig={kubeconfig}", "get", "--raw", path)
    try:
        return None if answer is None else json.loads(answer)
    except json.JSONDecodeError:
        return answer


def is_ready(conditions):
    return any(it["type"] == "Ready" and it["status"] == "True" for it in conditions)


def look_at_node(wanted):
    node = ask(f"{DATA}/agent/kubelet.kubeconfig", f"/api/v1/nodes/{wanted['name']}")
    if not isinstance(node, dict):
        tell("wrong", "node", "no API server answers, or the cluster does not know this board")
        return
    judge(is_ready(node["status"]["conditions"]), "node", "Ready", "is not Ready")
    version = node["status"]["nodeInfo"]["kubeletVersion"]
    judge(version == wanted["version"], "version", version, f"runs {version}, and the config says {wanted['version']}")
    if node["spec"].get("unschedulable"):
        tell("wrong", "node", f"takes no new pods: k3s kubectl uncordon {wanted['name']}")


def look_at_cluster(wanted):
    admin = "/etc/rancher/k3s/k3s.yaml"
    judge(ask(admin, "/readyz") == "ok", "API server", "ready", "is not ready: k3s kubectl get --raw /readyz?verbose")
    answer = ask(admin, "/api/v1/nodes")
    if not isinstance(answer, dict):
        return
    nodes = {node["metadata"]["name"]: node["metadata"].get("labels", {}) for node in answer["items"]}
    more, less = sorted(set(nodes) - set(wanted["nodes"])), sorted(set(wanted["nodes"]) - set(nodes))
    judge(not more, "nodes", "all are of the config", f"the config does not know {', '.join(more)}")
    judge(not less, "nodes", "all are there", f"the cluster has no {', '.join(less)}")
    if len(wanted["servers"]) > 1:
        # k3s sets the label on a member of its etcd, and takes a member out when its node is deleted.
        members = sorted(name for name, labels in nodes.items() if labels.get("node-role.kubernetes.io/etcd") == "true")
        judge(members == sorted(wanted["servers"]), "etcd", f"{len(members)} members", f"has {', '.join(members)}")


def look_at_snapshots(hours_allowed):
    paths = filter(os.path.isfile, glob.glob(f"{DATA}/server/db/snapshots/*"))
    newest = max(map(os.path.getmtime, paths), default=0)
    hours = (time.time() - newest) / 3600
    unit_age = time.monotonic() - int(show("k3s.service", "ActiveEnterTimestampMonotonic") or 0) / 1e6
    if hours < hours_allowed:
        tell("ok", "copy of the database", f"{hours:.0f} hours old")
    elif unit_age < hours_allowed * 3600:
        tell("unknown", "copy of the database", "none that is new, and k3s has run for less than a day")
    else:
        tell("wrong", "copy of the database", "none" if newest == 0 else f"the newest is {hours:.0f} hours old")


def look_at_certificates():
    paths = glob.glob(f"{DATA}/server/tls/*.crt") + glob.glob(f"{DATA}/agent/*.crt")
    ends = {}
    for path in paths:
        text = run("env", "LC_ALL=C", "openssl", "x509", "-noout", "-enddate", "-in", path)
        if text:
            end = datetime.datetime.strptime(text.removeprefix("notAfter="), "%b %d %H:%M:%S %Y %Z")
            ends[path] = int(end.replace(tzinfo=datetime.timezone.utc).timestamp() - time.time()) // 86400
    if not ends:
        tell("unknown", "certificates", "none could be read")
        return
    path = min(ends, key=ends.get)
    text = f"{ends[path]} days left ({os.path.basename(path)})"
    judge(ends[path] >= CERTIFICATE_DAYS, "certificates", text, f"{text}: k3s renews them when it restarts")


def look_at_flux():
    answer = ask("/etc/rancher/k3s/k3s.yaml", "/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations")
    if not isinstance(answer, dict):
        tell("unknown", "Flux", "is not installed, or does not answer")
        return
    for item in answer["items"]:
        conditions = item.get("status", {}).get("conditions", [])
        message = next((it["message"] for it in conditions if it["type"] == "Ready"), "has not run yet")
        judge(is_ready(conditions), f"Flux: {item['metadata']['name']}", "ready", message)


def look_at_disks(wanted):
    for mount_point, marker in wanted["mount_points"].items():
        problem = problem_of_disk(mount_point, marker)
        if problem:
            tell("wrong", mount_point, problem)
        else:
            look_at_room(mount_point)
    # A card that wears out ends so, too.
    if NOT_WRITABLE & options_of(mount_at("/")):
        tell("wrong", "/", READ_ONLY)
    look_at_room("/")


def problem_of_disk(mount_point, marker):
    """What is wrong with the disk that should be mounted there. What the kernel remembers of a dead one looks alive."""
    mount = mount_at(mount_point)
    if mount is None:
        return "its disk is away: nothing is mounted"
    if not os.path.exists(mount["source"]):
        return f"its disk is gone, and {mount['source']} with it: what is seen there is only remembered. Plug it in again"
    if NOT_WRITABLE & options_of(mount):
        return READ_ONLY
    try:
        # Not only its name, which is remembered, too.
        with open(os.path.join(mount_point, marker), "rb") as file:
            file.read()
    except FileNotFoundError:
        return f"is another disk: it has no {marker}"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def mount_at(mount_point):
    """What is seen at a mount point: the last one that was mounted there (proc_pid_mountinfo(5))."""
    found = None
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            before, after = (half.split() for half in line.split(" - ", 1))
            if before[4] == mount_point:
                found = {"source": after[1], "options": before[5], "super_options": after[2]}
    return found


def options_of(mount):
    return set() if mount is None else set(f"{mount['options']},{mount['super_options']}".split(","))


def look_at_room(path):
    try:
        room = shutil.disk_usage(path)
    except OSError as error:
        tell("wrong", path, f"cannot be read: {error.strerror}")
        return
    percent = 100 * (room.total - room.free) / room.total
    text = f"{percent:.0f} % full, {room.free / 2**30:.1f} GiB left"
    judge(percent < FULL_PERCENT, path, text, text)


def look_at_time():
    synchronized = run("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if synchronized is None:
        tell("unknown", "clock", "systemd does not say whether it is right")
    else:
        judge(synchronized == "yes", "clock", "in sync", "is not synchronized with a time server")


def look_at_hardware():
    try:
        with open("/sys/class/thermal/thermal_zone0/temp", encoding="ascii") as file:
            degrees = int(file.read()) / 1000
        judge(degrees < HOT_DEGREES, "temperature", f"{degrees:.0f} °C", f"{degrees:.0f} °C: it needs a cooler")
    except (OSError, ValueError):
        pass
    throttled = run("vcgencmd", "get_throttled")
    if throttled is not None:
        look_at_throttled(int(throttled.removeprefix("throttled="), 16))


def look_at_throttled(bits):
    now = [text for bit, text in THROTTLED.items() if bits >> bit & 1]
    past = [text for bit, text in THROTTLED.items() if bits >> (bit + HAS_BEEN) & 1]
    judge(not now, "power and heat", "fine now", f"{', '.join(now)}: a better power supply or cooler helps")
    if past and not now:
        tell("unknown", "power and heat", f"since the board started: {', '.join(past)}")


def look_at_virtual_ip(wanted):
    look_at_unit("keepalived.service")
    owns = run("ip", "-4", "-brief", "address", "show", "to", f"{wanted['virtual_ip']}/32")
    return bool(owns)


def look_at_names(wanted, owns_virtual_ip):
    unit = "homecloud-names.service"
    look_at_unit(unit)
    names = wanted["names"]
    for server in [wanted["address"]] + [wanted["virtual_ip"]] * owns_virtual_ip:
        answers = {host: ask_name_server(server, host)[1] for host in names}
        wrong = [host for host, address in names.items() if answers[host] != [address]]
        text = "; ".join(f"{host} leads to {', '.join(answers[host]) or 'nothing'}" for host in wrong)
        judge(not wrong, f"names at {server}", f"{len(names)} lead to the home", text)
    look_at_other_names(wanted["address"], unit)


def look_at_other_names(server, unit):
    # What dnsmasq says of a name server that sends its own questions back to it (dnsmasq 2.90, src/network.c).
    since = f"_SYSTEMD_INVOCATION_ID={show(unit, 'InvocationID')}"
    log = run("journalctl", "--output=cat", since) or ""
    loops = set(re.findall(r"NOT using nameserver (\S+)#\d+ - query loop detected", log))
    code = ask_name_server(server, NOBODY)[0]
    if loops:
        advice = "let the router's own DNS ask the provider, and tell only devices to ask the virtual IP"
        tell("wrong", "other names", f"{', '.join(sorted(loops))} asks this name server back: {advice}")
    else:
        wrong = "none of network.nameservers answers: devices at home find nothing on the internet"
        judge(code in (NO_ERROR, NO_SUCH_NAME), "other names", "are asked of others", wrong)


def ask_name_server(server, name):
    """What a name server answers for the IPv4 addresses of a name: its code, None if there is no answer, and the list."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = os.urandom(2) + struct.pack("!5H", 0x0100, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, 1, 1)
    # An answer may be lost on its way.
    for _ in range(2):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.settimeout(3)
            try:
                link.connect((server, 53))
                link.send(question)
                answer = link.recv(4096)
                if answer[:2] == question[:2]:
                    return answer[3] & 15, sorted(addresses_of(answer, len(question)))
            except (OSError, IndexError, struct.error):
                pass
    return None, []


def addresses_of(answer, start):
    """The IPv4 addresses in an answer (RFC 1035, section 4.1.3), whose records begin at `start`."""
    for _ in range(struct.unpack_from("!H", answer, 6)[0]):
        while 0 < answer[start] < 192:
            start += answer[start] + 1
        start += 2 if answer[start] else 1
        kind, length = struct.unpack_from("!H6xH", answer, start)
        start += 10
        if kind == 1:
            yield socket.inet_ntoa(answer[start : start + length])
        start += length


def look_at_syncthing():
    try:
        with urllib.request.urlopen("http://127.0.0.1:8384/rest/noauth/health", timeout=5) as answer:
            judge(json.load(answer)["status"] == "OK", "Syncthing", "answers", "is not healthy")
    except (OSError, ValueError) as error:
        tell("wrong", "Syncthing", f"does not answer: {error}")


def look_at_more():
    for path in sorted(glob.glob(f"{MORE}/*")):
        output = run(path, seconds=120)
        if output is None:
            tell("unknown", os.path.basename(path), "the program that looks at it failed")
        for line in (output or "").splitlines():
            tell(*(line.split("\t") + ["", ""])[:3])


def main():
    wanted = json.load(sys.stdin)
    is_server = wanted["name"] in wanted["servers"]
    look_at_unit("k3s.service" if is_server else "k3s-agent.service")
    look_at_node(wanted)
    if is_server:
        look_at_cluster(wanted)
        # A text, before ansible-core 2.19: its templates made nothing else of a number.
        look_at_snapshots(int(wanted["snapshot_hours"]))
        look_at_flux()
    look_at_certificates()
    owns_virtual_ip = look_at_virtual_ip(wanted) if wanted["may_own_virtual_ip"] else False
    if wanted["names"]:
        look_at_names(wanted, owns_virtual_ip)
    look_at_disks(wanted)
    look_at_time()
    look_at_hardware()
    if show("homecloud-syncthing.service", "LoadState") == "loaded":
        look_at_syncthing()
    look_at_more()
    print(json.dumps({"owns_virtual_ip": owns_virtual_ip, "seen": seen}))


if __name__ == "__main__":
    main()
