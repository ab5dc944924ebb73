"""What a board is and has, told as JSON. It reads, asks its neighbours, and changes nothing.

Runs as root on the board with the Python of any system that Ansible can reach (3.6 and newer), so that also a system
that is not supported can be told. Whatever asks the network has the same few seconds.
"""

import json
import os
import platform
import pwd
import re
import socket
import struct
import subprocess
import sys
import threading
import time

# Seconds for everything that asks the network.
PATIENCE = 5


def look(wanted):
    answers = {}
    links = interfaces()
    link = next((it for it in links if wanted["address"] in it["addresses"]), None)
    missing = missing_packages(wanted["packages"])
    jobs = [(("peers", name), lambda at=at: connect(*at)) for name, at in wanted["peers"].items()]
    if wanted["git_server"]:
        host, _, port = wanted["git_server"].rpartition(":")
        jobs.append((("git",), lambda: connect(host, int(port))))
    if missing and not are_downloaded(missing):
        jobs += [(("source", host), lambda at=(host, port): connect(*at)) for host, port in sorted(servers())]
    if link:
        for address in {wanted["address"], wanted["virtual_ip"], wanted["gateway"], *wanted["boards"]}:
            jobs.append((("arp", address), lambda address=address: who_has(link, address)))
    threads = [threading.Thread(target=run, args=(answers, key, job), daemon=True) for key, job in jobs]
    for thread in threads:
        thread.start()
    seen = {
        "wanted": wanted,
        "system": system(),
        "machine": platform.machine(),
        "userland": output(["dpkg", "--print-architecture"]).strip(),
        "container": output(["systemd-detect-virt", "--container"]).strip().replace("none", ""),
        "cgroup": cgroup(),
        "model": text("/proc/device-tree/model").strip("\0\n"),
        "host_name": socket.gethostname(),
        "machine_id": text("/etc/machine-id").strip(),
        "interfaces": links,
        "memory": memory(),
        "free": free("/"),
        "listeners": listeners({(it["protocol"], it["port"]) for it in wanted["ports"]}),
        "missing": missing,
    }
    end = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
    late = "no answer in %d seconds" % PATIENCE
    seen["answers"] = [[list(key), answers.get(key, {"error": late})] for key, _ in jobs]
    seen["time"] = time.time()
    return seen


def run(answers, key, job):
    try:
        answers[key] = {"value": job()}
    except Exception as error:  # each is told, none ends the look
        answers[key] = {"error": str(error) or type(error).__name__}


def text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def output(command):
    """What a program prints; nothing when it is not there."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, LC_ALL="C.UTF-8"),
            check=False,
        ).stdout.decode(errors="replace")
    except OSError:
        return ""


def system():
    pairs = re.findall(r'^(\w+)="?(.*?)"?$', text("/etc/os-release"), re.MULTILINE)
    release = dict(pairs)
    return {key: release.get(name, "") for key, name in (("id", "ID"), ("version", "VERSION_ID"), ("name", "PRETTY_NAME"))}


def cgroup():
    """The version that systemd uses (cgroups(7)), and whether memory can be limited."""
    controllers = text("/sys/fs/cgroup/cgroup.controllers")
    if os.path.exists("/sys/fs/cgroup/cgroup.controllers"):
        return {"version": 2, "memory": "memory" in controllers.split()}
    return {"version": 1, "memory": os.path.isdir("/sys/fs/cgroup/memory")}


def interfaces():
    return [
        {
            "name": link["ifname"],
            "mac": link.get("address", ""),
            "addresses": [it["local"] for it in link.get("addr_info", []) if it["family"] == "inet"],
        }
        for link in json.loads(output(["ip", "-json", "address", "show"]) or "[]")
        if link.get("link_type") == "ether"
    ]


def memory():
    return int(re.search(r"^MemTotal:\s+(\d+) kB", text("/proc/meminfo"), re.MULTILINE).group(1)) * 1024


def free(path):
    stat = os.statvfs(path)
    return stat.f_bavail * stat.f_frsize


def listeners(wanted):
    """Who listens at the ports, with the unit of systemd that started it (proc_net, cgroups(7))."""
    found = {}
    for protocol, state in (("tcp", "0A"), ("udp", "07")):
        for family in ("", "6"):
            for line in text("/proc/net/%s%s" % (protocol, family)).splitlines()[1:]:
                fields = line.split()
                address, _, port = fields[1].rpartition(":")
                if fields[3] == state and (protocol, int(port, 16)) in wanted:
                    holder = {"protocol": protocol, "port": int(port, 16), "is_local": is_local(address)}
                    found["socket:[%s]" % fields[9]] = holder
    if not found:
        return []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            handles = os.listdir("/proc/%s/fd" % pid)
        except OSError:
            continue
        for handle in handles:
            try:
                holder = found.get(os.readlink("/proc/%s/fd/%s" % (pid, handle)))
            except OSError:
                continue
            # The service itself where systemd holds the socket for it.
            if holder is not None and holder.get("pid", 1) == 1:
                groups = text("/proc/%s/cgroup" % pid)
                holder["pid"] = int(pid)
                holder["program"] = text("/proc/%s/comm" % pid).strip()
                holder["unit"], holder["user"] = unit_of(groups)
                holder["is_pod"] = "/kubepods" in groups
    tunnels = interfaces_of_tunnels()
    for holder in found.values():
        if "pid" not in holder and holder["protocol"] == "udp":
            holder["tunnels"] = tunnels
    return list(found.values())


def unit_of(groups):
    """The unit of a process, and the name of the user if it is one of that user's own systemd (systemd.special(7))."""
    units = re.findall(r"(?<=/)[^/\n]+\.(?:service|scope)(?=/|$)", groups, re.MULTILINE)
    user = re.match(r"user@(\d+)\.service$", units[0]) if units else None
    if not user or len(units) == 1:
        return units[0] if units else "", ""
    try:
        return units[-1], pwd.getpwuid(int(user.group(1))).pw_name
    except KeyError:
        return units[-1], user.group(1)


def is_local(address):
    """Whether nothing but the board itself reaches it: an address of /proc/net, words in the order of the processor."""
    is_ipv4 = address[:-8] in ("", "0000000000000000FFFF0000")
    return is_ipv4 and address.endswith("7F") or address == "00000000000000000000000001000000"


def interfaces_of_tunnels():
    """Network interfaces that listen themselves: the kernel has their sockets, and no process."""
    links = json.loads(output(["ip", "-json", "-details", "link", "show"]) or "[]")
    kinds = ("vxlan", "wireguard")
    return sorted(it["ifname"] for it in links if it.get("linkinfo", {}).get("info_kind") in kinds)


def connect(host, port):
    socket.create_connection((host, port), PATIENCE - 1).close()


def missing_packages(packages):
    if not packages:
        return []
    there = output(["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Abbrev}\n"] + packages)
    return sorted(set(packages) - {line.split()[0] for line in there.splitlines() if line.split()[1:2] == ["ii"]})


def are_downloaded(packages):
    """Whether apt has all that it would install."""
    command = ["apt-get", "--quiet", "--yes", "--print-uris", "install"] + packages
    plan = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return plan.returncode == 0 and not re.search(rb"^'", plan.stdout, re.MULTILINE)


def servers():
    """Where apt fetches packages from: its proxy, or each configured server (apt-get(8), indextargets)."""
    proxy = re.search(r'Acquire::https?::Proxy "https?://([^:/"]+):?(\d*)', output(["apt-config", "dump"]))
    if proxy:
        return {(proxy.group(1), int(proxy.group(2) or 3128))}
    sites = output(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]).split()
    # Cloud images of Debian have a file with the servers.
    lists = [site.partition(":")[2] for site in sites if site.startswith("mirror+file:")]
    sites += [word for path in lists for word in text(path).split()[:1]]
    found = [re.match(r"(https?)://(?:[^@/]*@)?([^:/]+):?(\d*)", site) for site in sites]
    return {(it.group(2), int(it.group(3) or {"http": 80, "https": 443}[it.group(1)])) for it in found if it}


def who_has(link, address):
    """The hardware addresses that answer for an address in the network of a link (ARP probe: RFC 5227, section 2.1.1)."""
    own = bytes.fromhex(link["mac"].replace(":", ""))
    question = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, own, bytes(4), bytes(6), socket.inet_aton(address))
    found = set()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as wire:
        wire.bind((link["name"], 0x0806))
        for wait in (0.2, 0.6):
            wire.send(b"\xff" * 6 + own + b"\x08\x06" + question)
            end = time.monotonic() + wait
            while time.monotonic() < end:
                wire.settimeout(max(0.01, end - time.monotonic()))
                try:
                    frame = wire.recv(128)
                except socket.timeout:
                    break
                operation, sender, of = struct.unpack("!6xH6s4s", frame[14:32])
                if operation == 2 and sender != own and socket.inet_ntoa(of) == address:
                    found.add(sender.hex(":") if sys.version_info >= (3, 8) else sender.hex())
            if found:
                break
    return sorted(found)


def main(wanted):
    print(json.dumps(dict(look(json.loads(wanted)), python=platform.python_version())))
    sys.stdout.flush()
    # A thread may still wait for a name server.
    os._exit(0)
