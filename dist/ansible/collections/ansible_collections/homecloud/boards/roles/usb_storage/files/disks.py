"""Looks at the disks of a board and says what is to be done with each; makes a disk one of the home.

    disks.py inspect SPECIFICATION            changes nothing
    disks.py prepare SPECIFICATION NAME...    formats or adopts disks, exactly as inspect said

The specification is JSON: `home` (`home` and `domain`, its name and domain), `board`, `marker` (the name of the file), and
`disks`, as the variable of the role has them. `inspect` prints JSON: `disks`, each as in the specification, with

- `refusal`: why nothing is done with it and how to go on, in words for a person; or empty, and then
- `action`: `none` (it is set up), `away` (it is set up, and not plugged in), `format` or `adopt` (`prepare` is to do it);
- `note`: what is not as usual, in words, or empty; `what`: the disk, in words; `serial`: its serial number, of a partition
  that of its disk; `mount_point_is_ready`: whether nothing can be written in its place while it is away;
- of one that is set up, `uuid`, `file_system` and the state of its units (`state_of`);

and `gone`: disks that were set up and are no longer in the specification. It needs root, Python 3.7, util-linux and
systemd, as any Debian has them, and no other role before: it can be asked before anything is changed.

Three things tell what a disk is:

- The device in the configuration finds the disk at its first setup. It is the name of the connection more than that of
  the medium: a card reader or a cheap adapter keeps it when another medium is inside.
- The marker in the root of the disk says of which home and board it is, and which of its disks. It is made once, and
  names the file system that it was made for, so that a copy of all files is no second original.
- The record on the board says which file system was set up. It alone is mounted. A board that lost its record, because
  its own card was replaced, finds the disk again by the marker.

A disk is formatted only if it is empty to the last sample and the board knows no other as this disk, or if its serial
number is the one that may be erased, and was never set up here.
"""

import ctypes
import fcntl
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid

RECORDS = "/etc/homecloud/disks"
UNITS = "/etc/systemd/system"
IMMUTABLE = 0x10  # FS_IMMUTABLE_FL (linux/fs.h)
GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602  # FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, 64 bit
NEW_MOUNT_NAMESPACE = 0x00020000  # CLONE_NEWNS (linux/sched.h)
MIB = 1 << 20

# Reading must not repair: no journal is replayed, and what the kernel would write all the same (that it found an error)
# is stopped by the loop device, which is read-only.
READ_ONLY = {"ext4": "ro,noload,loop", "xfs": "ro,norecovery,nouuid,loop", "btrfs": "ro,rescue=nologreplay,loop"}

# Mount options that can change while a disk is in use, as /proc/self/mountinfo has them (proc_pid_mountinfo(5)).
CHANGEABLE = {"noatime", "nodev", "noexec", "nosuid"}

# Where the kubelet binds folders of volumes for pods (`subPath`), in the name space of the board.
PODS = "/var/lib/kubelet/pods/"

REASONS = {
    "exfat": "exFAT knows no owners and no rights, which shares and their synchronization need",
    "ntfs": "NTFS of Windows keeps no owners and rights of Linux, which shares and their synchronization need",
    "vfat": "FAT knows no owners and no rights, and no file larger than 4 GiB",
    "crypto_LUKS": "it is encrypted (LUKS), and homecloud cannot open it",
    "BitLocker": "it is encrypted (BitLocker), and homecloud cannot open it",
    "LVM2_member": "it is part of a volume group (LVM)",
    "linux_raid_member": "it is part of a RAID",
    "zfs_member": "it is part of a ZFS pool",
    "swap": "it is swap space",
}


class Refusal(Exception):
    """Why nothing is done with a disk, and how to go on."""


def run(*command, codes=(0,)):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise Refusal(f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def read(path, default=""):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return default


def enter_own_namespace():
    """What this program mounts, nobody else sees, and it is gone when the program ends, however it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_MOUNT_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    run("mount", "--make-rprivate", "/")


class Mount:
    """A file system at a place of its own, for the length of a `with`."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        self.folder = tempfile.mkdtemp(dir="/run", prefix="homecloud-")
        try:
            run("mount", *self.arguments, self.folder)
        except Refusal:
            os.rmdir(self.folder)
            raise
        return self.folder

    def __exit__(self, *_):
        run("umount", self.folder)
        os.rmdir(self.folder)


def flags_of(path, new=None):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        value = bytearray(8)
        fcntl.ioctl(descriptor, GET_FLAGS, value)
        flags = int.from_bytes(value[:4], "little")
        if new is not None:
            fcntl.ioctl(descriptor, SET_FLAGS, new(flags).to_bytes(8, "little"))
        return flags
    finally:
        os.close(descriptor)


def size_text(count):
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return ""


class Device:
    """A block device, as the kernel and the probes see it now."""

    def __init__(self, node, parent=None):
        self.path = node["path"]
        self.name = os.path.basename(node["kname"])
        self.parent = parent
        self.size = int(node["size"] or 0)
        self.serial = (node["serial"] or (parent.serial if parent else "") or "").strip()
        self.model = (node["model"] or (parent.model if parent else "") or "").strip()
        self.is_read_only = node["ro"] in (True, "1")
        self.children = [Device(child, self) for child in node.get("children", [])]
        self._probe = None

    @property
    def probe(self):
        """What `blkid` finds on the device itself, not in a cache."""
        if self._probe is None:
            # 2: nothing; 8: more than one, and nobody knows which is true.
            done = subprocess.run(
                ["blkid", "--probe", "--output", "export", self.path], capture_output=True, text=True, check=False
            )
            pairs = (line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
            self._probe = {key: re.sub(r"\\(.)", r"\1", value) for key, value in pairs}
            if done.returncode == 8:
                self._probe["TYPE"] = "more than one kind of data at once"
            elif done.returncode not in (0, 2):
                self._probe["TYPE"] = "data that cannot be read"
        return self._probe

    @property
    def type(self):
        return self.probe.get("TYPE", "")

    @property
    def uuid(self):
        return self.probe.get("UUID", "")

    @property
    def number(self):
        number = os.stat(self.path).st_rdev
        return f"{os.major(number)}:{os.minor(number)}"

    @property
    def plug(self):
        """This medium from when it came until it goes, which no other ever is: the kernel counts all media since its start.

        sysfs-block, `diskseq`; empty before Linux 5.15.
        """
        count = read(f"/sys/class/block/{(self.parent or self).name}/diskseq").strip()
        start = read(f"/sys/class/block/{self.name}/start").strip()
        boot = read("/proc/sys/kernel/random/boot_id").strip()
        return f"{boot} {count} {self.name} {start} {self.size}" if count else ""

    def mounts(self):
        """Where it is mounted, and as what else it is used."""
        for line in read("/proc/self/mountinfo").splitlines():
            fields, source = line.split(" "), line.split(" - ", 1)[1].split(" ")[1]
            if fields[2] == self.number or os.path.realpath(source) == self.path:
                yield re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), fields[4])
        for line in read("/proc/swaps").splitlines()[1:]:
            if os.path.realpath(line.split()[0]) == self.path:
                yield "swap space"
        for holder in os.listdir(f"/sys/class/block/{self.name}/holders"):
            yield f"a part of {holder}"

    def uses(self):
        return [use for device in (self, *self.children) for use in device.mounts()]

    def what(self):
        """It, in words for a person."""
        known = f"{self.type} " if self.type else ""
        label = f" named '{self.probe['LABEL']}'" if self.probe.get("LABEL") else ""
        text = f"{self.model or 'a disk'} of {size_text(self.size)}, serial number '{self.serial}'"
        if self.children or self.probe.get("PTTYPE"):
            parts = ", ".join(f"{child.path} ({child.type or 'no file system'})" for child in self.children)
            return f"{text}, with partitions: {parts or 'none'}"
        return f"{text}, with {known}data{label}" if known else text


def all_devices():
    columns = "PATH,KNAME,TYPE,SIZE,SERIAL,MODEL,RO"
    tree = json.loads(run("lsblk", "--json", "--bytes", "--output", columns))["blockdevices"]
    devices = [Device(node) for node in tree if node["type"] != "rom" and int(node["size"] or 0) > 0]
    return [it for device in devices for it in flatten(device)]


def flatten(device):
    yield device
    for child in device.children:
        yield from flatten(child)


def first_data(device):
    """Where the first sample stands that is no erased flash and no zeros: data that no probe knows, as of VeraCrypt."""
    with open(device.path, "rb", buffering=0) as file:
        last = max(device.size - MIB, 0)
        places = [*range(0, min(16 * MIB, device.size), MIB), *range(0, last, max(last // 64, MIB)), last]
        for place in places:
            file.seek(place)
            sample = file.read(MIB if place < 16 * MIB or place == last else MIB // 16)
            if sample.strip(b"\0") and sample.strip(b"\xff"):
                return place
    return None


def is_empty(device):
    return (
        not device.type
        and not device.probe.get("PTTYPE")
        and not device.children
        and not run("wipefs", "--noheadings", "--parsable", device.path).strip()
        and first_data(device) is None
    )


class Disk:
    """A disk of the configuration."""

    def __init__(self, specification, entry, devices):
        self.home, self.board = specification["home"], specification["board"]
        self.marker_name = specification["marker"]
        self.entry, self.devices = entry, devices
        self.name, self.mount_point = entry["name"], entry["mount_point"]
        self.title = f"{self.board}/{self.name}"
        self.record_path = f"{RECORDS}/{self.name}.json"
        self.record = json.loads(read(self.record_path, "null"))
        path = os.path.realpath(entry["device"])
        self.device = next((it for it in devices if os.path.exists(entry["device"]) and it.path == path), None)

    @property
    def known(self):
        """The file system that was set up on this board, if its setup came to an end."""
        return self.record["uuid"] if self.record and not self.record["pending"] else None

    def plan(self):
        """@returns the device, and what to do: `none`, `away`, `format`, `adopt`"""
        self.check_mount_point()
        if self.known:
            same = [it for it in self.devices if it.uuid == self.known and it.type == self.record["file_system"]]
            if len(same) > 1:
                paths = " and ".join(it.path for it in same)
                raise Refusal(f"{paths} are copies of each other, and nobody can tell which one is meant. Pull one out.")
            if same:
                if self.mount_point not in same[0].mounts():
                    self.check_use(same[0], ignore=PODS)
                self.check_marker(same[0])
                return same[0], "none"
        if self.device is None:
            if self.known:
                return None, "away"
            raise Refusal(f"there is no {self.entry['device']}. Plug the disk in, or correct its device. {self.others()}")
        device = self.device
        self.check_use(device)
        if device.is_read_only:
            raise Refusal(f"{device.path} is write-protected: look for a switch at the card or its adapter.")
        marker = self.read_marker(device)
        if self.is_ours(marker, device) and not self.known:
            return device, "adopt"
        if self.was_cut_off(device) or self.may_erase(device, marker):
            return device, "format"
        if self.is_ours(marker, device):
            raise Refusal(
                f"{device.path} is an earlier {self.title}, and this board has another since then. If the earlier one "
                f"shall be used again, as old as its files are: sudo rm {self.record_path} on {self.board}."
            )
        if self.known:
            raise Refusal(
                f"another disk is in its place: {device.what()}. The one that was set up here has the file system "
                f"{self.known} and the serial number '{self.record['serial']}': plug it in again. "
                f"If it is lost for good and the new one shall take its place, everything on the new one is erased by "
                f"erase: '{device.serial}'" + self.forget(device)
            )
        if marker is not None:
            self.refuse_marker(marker, device)
        if is_empty(device):
            if self.entry["device"].startswith(("/dev/disk/by-uuid/", "/dev/disk/by-label/")):
                raise Refusal("an empty disk has no such name: give its name below /dev/disk/by-id/ as its device.")
            self.check_twins(device)
            return device, "format"
        if device.type in self.entry["file_systems"]:
            return device, "adopt"
        raise Refusal(self.unknown(device))

    def others(self):
        found = [it.what() for it in self.devices if it.parent is None and it.serial and not it.uses()]
        return f"Plugged in and unused: {'; '.join(found)}." if found else ""

    def forget(self, device):
        """How to go on when both media have one serial number, as those in one adapter do."""
        if device.serial != self.record["serial"]:
            return " at this disk in homecloud.config.ts."
        return (
            f" at this disk in homecloud.config.ts, together with: sudo rm {self.record_path}. "
            f"Both have one serial number, that of the adapter."
        )

    def check_mount_point(self):
        fields = [line.split() for line in read("/etc/fstab").splitlines() if line.strip()[:1] not in ("", "#")]
        if any(len(it) > 1 and it[1].rstrip("/") == self.mount_point for it in fields):
            raise Refusal(f"/etc/fstab mounts something at {self.mount_point}. Take that line out.")
        hidden = self.below_mount_point()
        if hidden:
            raise Refusal(
                f"the folder {self.mount_point} of the board itself holds {', '.join(hidden[:5])}, which a disk "
                f"mounted there would hide. Stop what uses it (k3s, Longhorn), move its contents away, and copy them to "
                f"the disk afterwards. If they are of no use: remove them."
            )
        right = [it for it in self.devices if self.known and it.uuid == self.known]
        if os.path.ismount(self.mount_point) and not any(self.mount_point in it.mounts() for it in right):
            raise Refusal(
                f"something else, or a disk that is gone, is mounted at {self.mount_point}. Unmount it: "
                f"sudo umount --lazy {self.mount_point}"
            )

    def below_mount_point(self):
        """What stands in the folder below the mount."""
        if not os.path.isdir(self.mount_point):
            return []
        parent, base = os.path.split(self.mount_point)
        with Mount("--bind", parent) as folder:
            return sorted(os.listdir(f"{folder}/{base}"))

    def mount_point_is_ready(self):
        if not os.path.isdir(self.mount_point):
            return False
        parent, base = os.path.split(self.mount_point)
        with Mount("--bind", parent) as folder:
            return bool(flags_of(f"{folder}/{base}") & IMMUTABLE)

    def has_other_options(self):
        """Whether it is mounted with others than those of the configuration, of those that can change."""
        lines = [line.split(" ") for line in read("/proc/self/mountinfo").splitlines()]
        options = [set(fields[5].split(",")) for fields in lines if fields[4] == self.mount_point]
        return bool(options) and options[-1] & CHANGEABLE != set(self.entry["options"]) & CHANGEABLE

    def check_use(self, device, ignore=None):
        """That nobody else uses it. Below `ignore` are further places of a disk of ours, which stay when it is mounted."""
        uses = [use for use in device.uses() if use != self.mount_point and not (ignore and use.startswith(ignore))]
        if any(use in ("/", "/boot", "/boot/firmware", "/usr", "/var") for use in uses):
            raise Refusal(f"{device.path} is the disk that the board runs from. Correct its device.")
        if uses:
            raise Refusal(
                f"{device.path} is in use as {', '.join(uses)}. End that (sudo umount, /etc/fstab), so that homecloud "
                f"alone mounts it."
            )

    def check_twins(self, device):
        whole = device.parent or device
        twins = [
            it
            for it in self.devices
            if it.parent is None and it is not whole and (it.serial, it.model) == (whole.serial, whole.model)
        ]
        if whole.serial and twins:
            raise Refusal(
                f"{whole.path} and {twins[0].path} have one serial number, '{whole.serial}', and one of them would be "
                f"formatted. Pull the other out for the first setup."
            )

    def was_cut_off(self, device):
        """Whether homecloud was formatting this very medium, and nothing else came to it since."""
        if not self.record or not self.record["pending"] or not device.plug or self.record.get("plug") != device.plug:
            return False
        if device.children or device.probe.get("PTTYPE"):
            return False
        return device.type == "" or (device.type, device.uuid) == ("ext4", self.record["uuid"])

    def may_erase(self, device, marker):
        erase = self.entry["erase"]
        if not erase or erase != device.serial:
            return False
        # A disk of this home, wherever it stood: the config kept `erase` from when it was new, and its files came since.
        if isinstance(marker, dict) and marker["home"] == self.home["home"]:
            return False
        # Once set up, a serial number has served: also when nothing can be read on the disk any more.
        if self.known and self.record["serial"] == device.serial:
            return False
        if device.type in READ_ONLY and marker == "damaged":
            return False
        self.check_twins(device)
        return True

    def read_marker(self, device):
        """The marker, `None` where there is none, or "damaged"."""
        if device.type not in READ_ONLY:
            return None
        places = [place for place in device.mounts() if place == self.mount_point]
        if places:
            return self.marker_in(places[0])
        try:
            with Mount("--types", device.type, "--options", READ_ONLY[device.type], device.path) as folder:
                return self.marker_in(folder)
        except Refusal:
            return "damaged"

    def marker_in(self, folder):
        path = f"{folder}/{self.marker_name}"
        if not os.path.lexists(path):
            return None
        try:
            marker = json.loads(read(path))
            return {key: str(marker[key]) for key in ("home", "domain", "board", "disk", "uuid")}
        except (ValueError, KeyError, TypeError):
            return "damaged"

    def identity(self, device_uuid):
        return {**self.home, "board": self.board, "disk": self.name, "uuid": device_uuid}

    def is_ours(self, marker, device):
        return marker == self.identity(device.uuid)

    def check_marker(self, device):
        """Of a disk that the board knows: the domain of a home may change."""
        marker = self.read_marker(device)
        if isinstance(marker, dict):
            expected = self.identity(device.uuid)
            if {**marker, "domain": ""} == {**expected, "domain": ""}:
                return
            self.refuse_marker(marker, device)
        if marker == "damaged":
            raise Refusal(f"{self.damaged(device)}")
        raise Refusal(
            f"{device.path} is the disk that was set up, but its marker {self.marker_name} is gone: somebody removed "
            f"it, or what was on the disk. Look at the files. If they are all there: {self.keep_from_erase()}"
            f"sudo rm {self.record_path} on {self.board}, and run this again."
        )

    def keep_from_erase(self):
        """What must be done first where the config allows to erase: without record and marker, the disk is as any other."""
        return "take erase out of homecloud.config.ts first, or the disk is formatted; then " if self.entry["erase"] else ""

    def damaged(self, device):
        return (
            f"the file system or the marker on {device.path} cannot be read ({device.what()}). "
            f"Nothing is done with it. Check it on the board: sudo fsck {device.path}"
        )

    def refuse_marker(self, marker, device):
        if marker == "damaged":
            raise Refusal(self.damaged(device))
        mark = f"{marker['board']}/{marker['disk']} of the home '{marker['home']}' ({marker['domain']})"
        if marker["uuid"] != device.uuid:
            cause = f"its marker was copied from another disk, {mark}"
        else:
            cause = f"it is {mark}"
        raise Refusal(
            f"{device.path} is not this disk: {cause}. Plug the right one in. If this one shall be "
            f"{self.title} from now on, with its files: {self.keep_from_erase()}mount it, then "
            f"sudo chattr -i {self.marker_name} and sudo rm {self.marker_name} on it."
        )

    def unknown(self, device):
        erase = f"If everything on it may be erased: erase: '{device.serial}' at this disk in homecloud.config.ts."
        if not device.serial:
            erase = "It has no serial number: if everything on it may be erased, fill it with zeros by hand."
        if device.children or device.probe.get("PTTYPE"):
            names = ", ".join(part_name(self.entry["device"], it) for it in device.children) or "there is none"
            return f"{device.path} has partitions. Name one of them as its device: {names}. It is {device.what()}. {erase}"
        if device.type:
            reason = REASONS.get(device.type, f"homecloud mounts {' and '.join(self.entry['file_systems'])} only here")
            files = self.first_files(device)
            return f"it holds data ({device.what()}{files}), and {reason}. Copy its files away first. {erase}"
        kind = "of an unknown kind"
        if self.record and self.record["pending"] and self.record["serial"] == device.serial:
            kind += " (homecloud began to set up a disk of this serial number here, and did not come to its end)"
        return f"it holds data {kind}, from byte {first_data(device)} on ({device.what()}). {erase}"

    def first_files(self, device):
        """Only of what has no journal that would be replayed."""
        if device.type not in ("exfat", "ntfs", "vfat"):
            return ""
        try:
            with Mount("--options", "ro,nodev,nosuid,noexec", device.path) as folder:
                names = sorted(os.listdir(folder))
                return f": {', '.join(names[:8])}{', …' if len(names) > 8 else ''}" if names else ", no files"
        except Refusal:
            return ""

    def prepare(self):
        device, action = self.plan()
        self.make_mount_point()
        if action in ("none", "away"):
            return
        if action == "format":
            # Recorded before anything is lost: a run that is killed from here on is repeated, for as long as the medium
            # stays where it is. After a restart or another plug, half a file system is data as any other.
            identity = str(uuid.uuid4())
            self.write_record(device, identity, "ext4", pending=True, plug=device.plug)
            self.format(device, identity)
            file_system = "ext4"
        else:
            identity, file_system = device.uuid, device.type
            self.write_record(device, identity, file_system, pending=True)
        self.mark(device, identity, file_system)
        self.write_record(device, identity, file_system, pending=False)
        if os.path.exists("/run/udev/control"):
            # The unit waits for the name by UUID.
            run("udevadm", "trigger", "--settle", "--action=change", f"/sys/class/block/{device.name}")

    def format(self, device, identity):
        for it in (*device.children, device):
            # Fails when the kernel, whoever asked it to, uses the device.
            os.close(os.open(it.path, os.O_RDONLY | os.O_EXCL))
        for it in (*device.children, device):
            run("wipefs", "--all", "--quiet", it.path)
        run("mkfs.ext4", "-q", "-m", "0", "-U", identity, "-L", self.name[:16], device.path)

    def mark(self, device, identity, file_system):
        options = "nodev,nosuid,noexec" + (",nouuid" if file_system == "xfs" else "")
        with Mount("--types", file_system, "--options", options, device.path) as folder:
            # A journal may have been replayed: now it is certain.
            marker = self.marker_in(folder)
            wanted = self.identity(identity)
            if marker is not None and marker != wanted:
                self.refuse_marker(marker, device)
            owner = self.entry["owner"]
            os.chown(folder, owner["uid"], owner["gid"])
            os.chmod(folder, int(owner["mode"], 8))
            path = f"{folder}/{self.marker_name}"
            if marker is None:
                write(path, wanted, 0o444)
            flags_of(path, lambda flags: flags | IMMUTABLE)
            os.sync()

    def make_mount_point(self):
        """Nothing is ever written to the folder itself, also not while the disk is away."""
        os.makedirs(self.mount_point, 0o755, exist_ok=True)
        parent, base = os.path.split(self.mount_point)
        with Mount("--bind", parent) as folder:
            flags_of(f"{folder}/{base}", lambda flags: flags | IMMUTABLE)

    def write_record(self, device, identity, file_system, pending, plug=""):
        os.makedirs(RECORDS, 0o755, exist_ok=True)
        record = {
            "uuid": identity,
            "file_system": file_system,
            "serial": device.serial,
            "mount_point": self.mount_point,
            "unit": self.entry["unit"],
            "pending": pending,
            "plug": plug,
        }
        write(self.record_path, record, 0o644)
        self.record = record


def part_name(device, part):
    return f"{device}-part{read(f'/sys/class/block/{part.name}/partition').strip()}"


def write(path, content, mode):
    """All or nothing, and on the disk before it goes on."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(f"{path}.new", path)


def units_of(name, mount_unit):
    """The units of a disk: what tries to mount it comes first, so that it is stopped first."""
    return [f"homecloud-disk-{name}.service", mount_unit]


def state_of(disk, action):
    """The units of the disk as systemd has them."""
    unit = disk.entry["unit"]
    units = units_of(disk.name, unit)
    # As systemd writes the path of the device (systemd.unit(5), "String escaping").
    device = "dev-disk-by\\x2duuid-" + disk.record["uuid"].replace("-", "\\x2d")
    wants = [it for it in os.listdir(UNITS) if it.endswith(".wants")]
    links = {(to, it) for to in wants for it in units if os.path.lexists(f"{UNITS}/{to}/{it}")}
    right = {(f"{device}.device.wants", it) for it in units}
    return {
        "units": units,
        "device_unit": device,
        "units_with_old_links": sorted({it for _, it in links - right}),
        "has_other_options": disk.has_other_options(),
        "is_right": links == right
        and "yes" not in run("systemctl", "show", "--property=NeedDaemonReload", *units)
        and (action == "away" or "=active" in run("systemctl", "show", "--property=ActiveState", unit)),
    }


def gone(declared):
    """Disks that were set up and left the configuration, with those of their units that are there."""
    for file in sorted(os.listdir(RECORDS)) if os.path.isdir(RECORDS) else []:
        name, extension = os.path.splitext(file)
        if extension == ".json" and name not in declared:
            unit = json.loads(read(f"{RECORDS}/{file}"))["unit"]
            units = [it for it in units_of(name, unit) if os.path.exists(f"{UNITS}/{it}")]
            yield {"name": name, "unit": unit, "units": units}


def inspect(specification, devices):
    disks, claimed = [], {}
    for entry in specification["disks"]:
        disk = Disk(specification, entry, devices)
        found = {**entry, "refusal": "", "note": ""}
        try:
            device, action = disk.plan()
            if device and claimed.setdefault(device.path, disk.name) != disk.name:
                raise Refusal(f"{device.path} is also {claimed[device.path]}: each disk needs a device of its own.")
            found["action"] = action
            found["mount_point_is_ready"] = disk.mount_point_is_ready()
            found["serial"] = device.serial if device else ""
            found["what"] = device.what() if device else ""
            if action == "away":
                found["note"] = f"{disk.title} is away. What uses it stands still until it is plugged in again."
            elif action == "none" and (disk.device is None or disk.device.path != device.path):
                found["note"] = f"{disk.title} is at {device.path}, and not at {entry['device']} any more."
            if action in ("none", "away"):
                found.update(uuid=disk.record["uuid"], file_system=disk.record["file_system"])
                found.update(state_of(disk, action))
        except (Refusal, OSError, ValueError) as error:
            found["refusal"] = f"{disk.title}: {error}"
        disks.append(found)
    return {"disks": disks, "gone": list(gone({entry["name"] for entry in specification["disks"]}))}


def main():
    mode, specification, *names = sys.argv[1:]
    specification = json.loads(specification)
    enter_own_namespace()
    devices = all_devices()
    if mode == "inspect":
        print(json.dumps(inspect(specification, devices)))
        return
    for entry in specification["disks"]:
        if entry["name"] in names:
            try:
                Disk(specification, entry, devices).prepare()
            except (Refusal, OSError) as error:
                sys.exit(f"{specification['board']}/{entry['name']}: {error}")


main()
