"""What is wrong with the boards, of what each told about itself. Runs on the controller; reads and prints JSON.

Each finding has a code, by which the admin can accept it where things go on without, and says what was wanted, what was
found and how to mend it.
"""

import json
import re
import socket
import sys
import time

SYSTEMS = {("debian", "12"), ("debian", "13"), ("raspbian", "12"), ("raspbian", "13"), ("ubuntu", "24.04")}
SYSTEM_NAMES = "Debian 12 or 13, Raspberry Pi OS on one of them, or Ubuntu 24.04"
OLDEST_ANSIBLE = (2, 16)

# What images call a machine before anybody has.
NAMES_OF_IMAGES = {"", "raspberrypi", "debian", "ubuntu", "localhost"}

# Units that homecloud's own services, and the SSH server, run in. Pods are known by their cgroup.
OWN_UNITS = re.compile(r"^(avahi-daemon|k3s|k3s-agent|keepalived|ssh|sshd|homecloud)\b.*\.(service|scope)$")

# The tunnels between the pods of boards, which k3s makes (flannel, pkg/backend: vxlan.go, wireguard.go).
OWN_TUNNELS = re.compile(r"^flannel[.-]")

# Ports that the board's own programs may keep at a loopback address: systemd-resolved has 53 at 127.0.0.53, and the name
# server of the home listens at other addresses.
LOCAL_MAY_STAY = {53}

# The firmware of a Raspberry Pi keeps up to 8 % of its memory for itself; the kernel has its part, too.
LEAST_MEMORY = 0.9

LEAST_FREE = 2**30

# What nothing works without: accepted, it would end the run later, with fewer words.
NEVER_ACCEPTED = {"disk", "host-key", "k3s", "python", "ssh-key", "sudo", "unreachable"}

# What ssh and Ansible say when they do not get in.
REFUSALS = (
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|No \S+ host key is known",
        "host-key",
        "a host key that is known: that of boards[].ssh.hostKeys, or one in ~/.ssh/known_hosts",
        "if the board is new or was flashed anew: ansible-playbook homecloud.boards.host_keys, compare, and correct "
        "the config; if not, another machine stands at its address",
    ),
    (
        r"Permission denied|Too many authentication failures",
        "ssh-key",
        "a login as {user} with your SSH key",
        "put your public key into home.admin.sshKeys and flash the board with its files of dist/cloud-init, or run: "
        "ssh-copy-id {user}@{address}",
    ),
    (
        r".",
        "unreachable",
        "an SSH server at {address}, port {port}",
        "switch the board on, look at its cable and at its address in the router; to do without it in this run, add "
        "--limit with the names of the others",
    ),
)


def judge(home):
    told = home["boards"]
    looks = {name: json.loads(it["look"]["stdout"]) for name, it in told.items() if it["look"].get("rc") == 0}
    macs = {link["mac"]: name for name, look in looks.items() for link in look["interfaces"]}
    findings = list(judge_home(home, looks, macs))
    for name, board in sorted(told.items()):
        if is_local(board["address"]):
            findings.append(
                finding(
                    name,
                    "controller",
                    "a computer of the admin that is no board of the home",
                    "this very machine has the address %s of %s" % (board["address"], name),
                    "run Ansible on another computer: a board that restarts would end the run",
                )
            )
        if name not in looks:
            findings.append(refusal(name, board))
            continue
        for each in (judge_machine, judge_identity, judge_network, judge_ports, judge_k3s, judge_disks):
            findings.extend(finding(name, *it) for it in each(home, name, dict(board, **looks[name]["wanted"]), looks, macs))
    return findings


def finding(board, code, wanted, found, fix):
    return {"board": board, "code": code, "wanted": wanted, "found": found, "fix": fix}


def is_local(address):
    """Whether this machine has an address: only then can a socket be bound to it."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
        return True
    except OSError:
        return False


def refusal(name, board):
    look = board["look"]
    said, last = words(look), last_word(look)
    if not look.get("unreachable"):
        if re.search(r"sudo|become|password", said, re.IGNORECASE):
            return finding(
                name,
                "sudo",
                "%s may use sudo without a password" % board["user"],
                last,
                "add -K to the command, and Ansible asks for the password; or allow it on the board: "
                "echo '%s ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/%s" % (board["user"], board["user"]),
            )
        return finding(
            name, "python", "Python 3 that Ansible can use", last, "run on the board: sudo apt-get install python3"
        )
    code, wanted, fix = next((code, wanted, fix) for pattern, code, wanted, fix in REFUSALS if re.search(pattern, said))
    return finding(name, code, wanted.format(**board), last, fix.format(**board))


def words(look):
    return "\n".join(str(look.get(key, "")) for key in ("msg", "module_stderr", "stderr")).strip()


def last_word(look):
    said = words(look)
    # Old and new Ansible put words of their own before those of ssh.
    return re.sub(r"^(Task failed: )?(.*(via|over) ssh: )?", "", said.splitlines()[-1] if said else "nothing")


def judge_home(home, looks, macs):
    version = tuple(int(part) for part in re.findall(r"\d+", home["ansible"])[:2])
    if version < OLDEST_ANSIBLE:
        yield finding(
            "the home",
            "ansible",
            "ansible-core %d.%d or newer on this computer" % OLDEST_ANSIBLE,
            home["ansible"],
            "pipx install ansible-core",
        )
    holders = {mac for look in looks.values() for mac in answer(look, "arp", home["virtual_ip"]).get("value", [])}
    # A board that did not tell of itself, or that --limit leaves out, answers at its own address.
    boards = {
        mac
        for look in looks.values()
        for address in look["wanted"]["boards"]
        for mac in answer(look, "arp", address).get("value", [])
    }
    foreign = sorted(mac for mac in holders if mac not in macs and mac not in boards)
    if foreign:
        yield finding(
            "the home",
            "virtual-ip",
            "nobody but a board of the home at network.virtualIp, %s" % home["virtual_ip"],
            "another machine answers there: %s" % ", ".join(foreign),
            "give that machine another address, or the home: a free one outside of the router's leases",
        )


def judge_machine(home, name, board, looks, macs):
    look = looks[name]
    system = look["system"]
    if (system["id"], system["version"]) not in SYSTEMS:
        yield "system", SYSTEM_NAMES, system["name"] or "an unknown system", "flash the board with one of them"
    if look["userland"] != board["architecture"]:
        kernel = look["machine"]
        half = kernel in ("aarch64", "x86_64") and look["userland"] in ("armhf", "armel", "i386")
        yield (
            "architecture",
            "a system for %s, as boards[].hardware says" % board["architecture"],
            "%s%s" % (look["userland"], ", with a kernel of 64 bits (%s)" % kernel if half else ""),
            "flash the 64-bit image" if half else "flash the image of that processor, or correct boards[].hardware",
        )
    cgroup = look["cgroup"]
    # The role board sets the flag of a Raspberry Pi itself.
    will_be_set = cgroup["version"] == 2 and look["model"].startswith("Raspberry Pi")
    if cgroup["version"] != 2 or not (cgroup["memory"] or will_be_set):
        yield (
            "cgroup",
            "cgroup version 2 with the memory controller, which the kubelet needs",
            "version %d%s" % (cgroup["version"], "" if cgroup["memory"] else ", without memory"),
            "the machine that runs this container (%s) decides: set it there" % look["container"]
            if look["container"]
            else "take systemd.unified_cgroup_hierarchy=0 and cgroup_disable=memory from the kernel's command line and restart",
        )
    if look["memory"] < LEAST_MEMORY * board["memory"]:
        yield (
            "memory",
            "about %s, as boards[].memory says" % size(board["memory"]),
            size(look["memory"]),
            "write the memory that the board has: memory: '%s'" % size(look["memory"]),
        )
    if look["free"] < LEAST_FREE:
        yield (
            "space",
            "%s free on the disk of the system" % size(LEAST_FREE),
            size(look["free"]),
            "make room: sudo apt-get clean, sudo journalctl --vacuum-size=100M; or use a larger card",
        )
    off = max(look["wanted"]["asked"] - look["time"], look["time"] - home["end"], 0)
    if off > home["clock_seconds"]:
        yield (
            "clock",
            "the time of this computer, to %d seconds: certificates are not valid yet, or any more, for a board whose clock is wrong"
            % home["clock_seconds"],
            "%s UTC, %d seconds off" % (time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(look["time"])), off),
            "look at the clock of this computer first; then on the board: sudo timedatectl set-ntp true, and timedatectl status",
        )
    silent = failures(look, "source")
    if silent:
        yield (
            "packages",
            "servers of packages that answer: %s must be installed" % ", ".join(look["missing"]),
            ", ".join(silent),
            "look at network.gateway and network.nameservers, and at the board's way to the internet",
        )


def judge_identity(home, name, board, looks, macs):
    look = looks[name]
    addresses = [address for link in look["interfaces"] for address in link["addresses"]]
    if board["address"] not in addresses:
        yield (
            "address",
            "%s, as boards[].address says" % board["address"],
            "the board that answers has %s" % (", ".join(addresses) or "none"),
            "give the board that address, as its file dist/cloud-init/%s/network-config does, or correct the config" % name,
        )
    host = look["host_name"].split(".")[0]
    if host != name and host not in NAMES_OF_IMAGES:
        yield (
            "name",
            name,
            "the machine at %s calls itself %s%s"
            % (board["address"], host, ", the name of another board" if host in home["boards"] else ""),
            "if it is the right machine: sudo hostnamectl set-hostname %s; else correct the addresses in the config" % name,
        )
    twins = [it for it in sorted(looks) if it != name and looks[it]["machine_id"] == look["machine_id"]]
    if twins or not look["machine_id"]:
        yield (
            "machine-id",
            "an identity of its own in /etc/machine-id",
            "that of %s, of which its card is a copy" % ", ".join(twins) if twins else "none",
            "flash the card anew; or run on the board: sudo rm /etc/machine-id && sudo systemd-machine-id-setup, and restart it",
        )


def judge_network(home, name, board, looks, macs):
    look = looks[name]
    own = {link["mac"] for link in look["interfaces"]}
    others = [mac for mac in answer(look, "arp", board["address"]).get("value", []) if mac not in own]
    if others:
        yield (
            "address-twice",
            "%s to itself" % board["address"],
            "also answered by %s" % ", ".join(macs.get(mac, mac) for mac in others),
            "give one of the two another address, outside of the router's leases",
        )
    gateway = answer(look, "arp", home["gateway"])
    if not gateway.get("value", True) or "error" in gateway:
        yield (
            "gateway",
            "the router at network.gateway, %s" % home["gateway"],
            gateway.get("error", "nobody answers there"),
            "correct network.gateway, or look at the cable of the board",
        )
    lost = failures(look, "peers", looks)
    if lost:
        yield (
            "peers",
            "each board reaches the others",
            "no way to the SSH server of %s" % ", ".join(lost),
            "put all boards into one network, without isolation of its clients in the router or switch",
        )
    git = answer(look, "git")
    if "error" in git:
        yield (
            "git",
            "the Git server at %s, for Flux" % home["git_server"],
            git["error"],
            "look at git.url and network.nameservers, and at the board's way to the server",
        )


def judge_ports(home, name, board, looks, macs):
    purposes = {(port["protocol"], port["port"]): port["purpose"] for port in board["ports"]}
    taken = {}
    for holder in looks[name]["listeners"]:
        key = (holder["protocol"], holder["port"])
        is_ours = (
            holder.get("is_pod")
            or (key == ("tcp", board["port"]) and holder.get("pid") == 1)
            or (holder.get("is_local") and holder["port"] in LOCAL_MAY_STAY)
            # A person's own service may have any name.
            or (not holder.get("user") and OWN_UNITS.match(holder.get("unit", "")))
            or any(OWN_TUNNELS.match(link) for link in holder.get("tunnels", ()))
        )
        if not is_ours:
            taken[key] = holder
    for (protocol, port), holder in sorted(taken.items(), key=lambda it: it[0][1]):
        unit, user = holder.get("unit"), holder.get("user")
        whose = ", of %s%s" % (unit, " of the user %s" % user if user else "") if unit else ""
        yield (
            "port",
            "port %d/%s free for %s" % (port, protocol, purposes[protocol, port]),
            "%s listens there%s" % (listener(holder), whose),
            stop(unit, user),
        )


def stop(unit, user):
    if not unit:
        return "stop it, and what starts it"
    if user:
        return "log in as %s, and stop it: systemctl --user disable --now %s" % (user, unit)
    return "stop it: sudo systemctl disable --now %s" % unit


def listener(holder):
    """A socket without a process is the kernel's: of a tunnel, or of its NFS server."""
    if "program" in holder:
        return holder["program"]
    if holder["port"] == 2049:
        return "the kernel's NFS server"
    return "the kernel, for %s," % (" or ".join(holder.get("tunnels", ())) or "something")


def judge_k3s(home, name, board, looks, macs):
    foreign = board["foreign"]
    if foreign:
        scripts = [re.sub(r".*/(.*)\.service$", r"sudo /usr/local/bin/\1-uninstall.sh", path) for path in foreign]
        yield (
            "k3s",
            "no k3s, or the one of homecloud",
            "a k3s that homecloud did not install (%s is of somebody else)" % ", ".join(foreign),
            "if what runs in it is not needed any more, remove it, with its data: %s" % "; ".join(scripts),
        )


def judge_disks(home, name, board, looks, macs):
    """What the role usb_storage says of the disks: it is what decides later."""
    look = board["disks"]
    if look.get("rc") != 0:
        yield "disk", "disks that can be looked at", last_word(look), "look at the disks on the board: lsblk; dmesg"
        return
    for disk in json.loads(look["stdout"])["disks"]:
        what = "disk %s, %s" % (disk["name"], disk["device"])
        if disk["refusal"]:
            # Its first sentence is what was found, the others how to go on.
            refusal = " ".join(disk["refusal"].split()).removeprefix("%s/%s: " % (name, disk["name"]))
            found, _, fix = refusal.partition(". ")
            yield "disk", what, found, fix or "look at the disk on the board: lsblk; dmesg"
        elif disk["action"] in ("adopt", "format") and disk["erase"] and disk["serial"] != disk["erase"]:
            yield (
                "disk-serial",
                "%s, with the serial number %s that may be erased" % (what, disk["erase"]),
                "the serial number %s" % (disk["serial"] or "is not told"),
                "compare with: lsblk -o NAME,SERIAL on the board; correct boards[].disks[].device or erase",
            )


def failures(look, kind, known=None):
    """What did not answer, of those that are known to be there."""
    return [
        "%s (%s)" % (key[1], reply["error"])
        for key, reply in look["answers"]
        if key[0] == kind and "error" in reply and (known is None or key[1] in known)
    ]


def answer(look, *key):
    return next((reply for asked, reply in look["answers"] if asked == list(key)), {})


def size(count):
    return "%gGiB" % round(count / 2**30, 1)


def is_named(accept, it):
    return it["code"] in accept or "%s:%s" % (it["board"], it["code"]) in accept


def tell(findings, accept):
    boards = len({it["board"] for it in findings})
    count = "%d finding%s at %d place%s" % (
        len(findings), "" if len(findings) == 1 else "s", boards, "" if boards == 1 else "s",
    )
    lines = ["Nothing was changed: %s." % count]
    for it in findings:
        lines += [
            "",
            "%s: %s" % (it["board"], it["code"]),
            "  wanted: %s" % it["wanted"],
            "  found:  %s" % it["found"],
            "  mend:   %s" % it["fix"],
        ]
    never = [it for it in findings if it["code"] in NEVER_ACCEPTED and is_named(accept, it)]
    if never:
        names = ", ".join("%s: %s" % (it["board"], it["code"]) for it in never)
        lines += ["", "Nothing works without it, so that it is not accepted: %s" % names]
    offered = [it for it in findings if it["code"] not in NEVER_ACCEPTED]
    if offered:
        first = offered[0]
        lines += [
            "",
            "What does not matter here can be accepted, everywhere or at one board (%s):"
            % ", ".join(sorted({it["code"] for it in offered})),
            "  -e '{\"preflight_accept\": [\"%s\", \"%s:%s\"]}'" % (first["code"], first["board"], first["code"]),
        ]
    return "\n".join(lines)


def main():
    home = json.load(sys.stdin)
    home["end"] = time.time()
    findings = judge(home)
    accept = home["accept"]
    open_findings = [it for it in findings if it["code"] in NEVER_ACCEPTED or not is_named(accept, it)]
    accepted = ["%s: %s: %s" % (it["board"], it["code"], it["found"]) for it in findings if it not in open_findings]
    message = tell(open_findings, accept) if open_findings else ""
    print(json.dumps({"findings": open_findings, "accepted": accepted, "message": message}))


main()
