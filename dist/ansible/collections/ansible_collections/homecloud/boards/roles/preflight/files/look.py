"""What a board is and has, told as JSON. It reads, asks its neighbours, and changes nothing.

Runs as root on the board with the Python of any system that Ansible can reach (3.6 and newer), so that also a system
that is not supported can be told. Whatever asks the network has the same few seconds.
"""

import json
import os
import platform
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
        for address in {wanted["address"], wanted["virtual_ip"], wanted["gateway"]}:
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
        "disks": {disk["name"]: look_at_disk(disk) for disk in wanted["disks"]},
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
                port = int(fields[1].rpartition(":")[2], 16)
                if fields[3] == state and (protocol, port) in wanted:
                    found["socket:[%s]" % fields[9]] = {"protocol": protocol, "port": port}
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
                unit = re.search(r"/([^/\n]+\.(?:service|scope))(?:/|$)", groups, re.MULTILINE)
                holder["pid"] = int(pid)
                holder["program"] = text("/proc/%s/comm" % pid).strip()
                holder["unit"] = unit.group(1) if unit else ""
                holder["is_pod"] = "/kubepods" in groups
    return list(found.values())


def look_at_disk(disk):
    device = os.path.realpath(disk["device"])
    mounts = [line.split()[:2] for line in text("/proc/self/mounts").splitlines()]
    mounts = [[source, place.replace("\\040", " ")] for source, place in mounts]
    seen = {"is_there": os.path.exists(disk["device"]), "is_set_up": is_set_up(disk["mount_point"], mounts)}
    if not seen["is_there"]:
        return seen
    name = os.path.basename(device)
    parts = [it for it in os.listdir("/sys/class/block") if os.path.exists("/sys/class/block/%s/%s" % (name, it))]
    own = {device, *("/dev/" + part for part in parts)}
    seen["mounted"] = [place for source, place in mounts if os.path.realpath(source) in own]
    # Reads the device itself; udev may know nothing of it.
    pairs = dict(line.partition("=")[::2] for line in output(["blkid", "-p", "-o", "export", device]).splitlines())
    seen["type"] = pairs.get("TYPE", "")
    seen["table"] = pairs.get("PTTYPE", "")
    seen["serial"] = output(["lsblk", "-dnro", "SERIAL", device]).strip()
    return seen


def is_set_up(place, mounts):
    """Whether homecloud, or an admin, has said before what is mounted there."""
    name = re.sub(r"[^A-Za-z0-9:_./]", lambda it: "\\x%02x" % ord(it.group()), place.strip("/")).replace("/", "-")
    fstab = [line.split()[1:2] for line in text("/etc/fstab").splitlines() if not line.startswith("#")]
    return (
        any(at == place for _, at in mounts)
        or [place] in fstab
        or os.path.exists("/etc/systemd/system/%s.mount" % name)
    )


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
