"""Writes what node-exporter cannot see itself as a file for its textfile collector.

    metrics.py CONFIGURATION

Disks of the home that are there, health of disks (SMART), wear of eMMC, what a Raspberry Pi tells about its power,
whether the servers of shares answer, and whether Nextcloud is told what changes in shares.
"""

import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import share_servers

# Attributes that tell of a disk that fails, or of a cable or power supply that does (smartctl's drive database).
ATTRIBUTES = {5, 181, 182, 184, 187, 188, 192, 196, 197, 198, 199}

# Bits of `vcgencmd get_throttled` (Raspberry Pi documentation); the same 16 higher mean: since the board started.
THROTTLED = {0: "under_voltage", 1: "frequency_capped", 2: "throttled", 3: "soft_temperature_limit"}

# Seconds: what says twice a minute how it is, and has not for so long, hangs.
FRESH = 600

HELP = {
    "homecloud_disk_present": "1 while the disk is mounted at its place and bears its marker.",
    "homecloud_disk_smart_available": "1 if the disk, through its adapter, tells its health.",
    "homecloud_disk_smart_passed": "1 if the disk judges itself healthy.",
    "homecloud_disk_temperature_celsius": "Temperature of the disk.",
    "homecloud_disk_power_on_hours": "Hours that the disk has run.",
    "homecloud_disk_smart_attribute_raw": "Raw value of an attribute that tells of failure.",
    "homecloud_disk_wear_ratio": "Used part of the life of a solid state disk, 0 to 1, and more when it is over.",
    "homecloud_disk_media_errors": "Errors of the medium that an NVMe disk has counted.",
    "homecloud_emmc_wear_ratio": "Used part of the life of an eMMC, at most, in steps of 0.1.",
    "homecloud_emmc_reserve_state": "Reserve of an eMMC: 1 normal, 2 most of it used, 3 urgent.",
    "homecloud_board_throttled": "1 if the board is, or was since its start, slowed down for that reason.",
    "homecloud_board_temperature_celsius": "Temperature of the processor.",
    "homecloud_share_server_answers": "1 if the server of the board's shares answers in that protocol.",
    "homecloud_share_server_connections": "Connections of visitors to it.",
    "homecloud_share_watched": "1 while Nextcloud is told at once what changes in the share.",
}


class Metrics:
    """Samples, by metric, in the order in which they came."""

    def __init__(self):
        self.samples = {}

    def add(self, name, value, **labels):
        self.samples.setdefault(name, []).append((labels, value))

    def text(self):
        lines = []
        for name, samples in self.samples.items():
            lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge"]
            for labels, value in samples:
                pairs = ",".join(f'{key}="{escape(text)}"' for key, text in labels.items())
                lines.append(f"{name}{{{pairs}}} {value}" if pairs else f"{name} {value}")
        return "".join(f"{line}\n" for line in lines)


def escape(text):
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def output(*command):
    """What a program prints; nothing where there is none. A disk that hangs does not hold up the others."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return {}


def is_present(disk, marker_name):
    """Mounted, from a device that is there, and the very disk: a dead one would be read from memory."""
    for line in read("/proc/self/mountinfo").splitlines():
        before, after = line.split(" - ", 1)
        if before.split(" ")[4] != disk["mount_point"] or not os.path.exists(after.split(" ")[1]):
            continue
        marker = parse(read(f"{disk['mount_point']}/{marker_name}"))
        record = parse(read(f"/etc/homecloud/disks/{disk['name']}.json"))
        return marker.get("disk") == disk["name"] and marker.get("uuid", "") == record.get("uuid")
    return False


def smart(device):
    """What smartctl says about a device. A disk that sleeps is not woken."""
    command = ["smartctl", "--json", "--nocheck=standby", "--info", "--health", "--attributes"]
    said = parse(output(*command, device))
    messages = " ".join(it.get("string", "") for it in said.get("smartctl", {}).get("messages", []))
    # An adapter that smartctl does not know: most of them pass on what they are asked in the way of SAT.
    if "Unknown USB bridge" in messages or "specify device type" in messages:
        said = parse(output(*command, "--device=sat", device))
    return said


def add_smart(metrics, labels, said):
    # Bits 0 and 1 (smartctl(8), EXIT STATUS): it was not asked, or not opened, or sleeps.
    status = said.get("smartctl", {}).get("exit_status", 0)
    passed = said.get("smart_status", {}).get("passed")
    metrics.add("homecloud_disk_smart_available", int(status & 3 == 0 and passed is not None), **labels)
    if status & 3:
        return
    if passed is not None:
        metrics.add("homecloud_disk_smart_passed", int(passed), **labels)
    nvme = said.get("nvme_smart_health_information_log", {})
    temperature = said.get("temperature", {}).get("current", nvme.get("temperature"))
    # Some adapters say 0 for "unknown".
    if temperature:
        metrics.add("homecloud_disk_temperature_celsius", temperature, **labels)
    hours = said.get("power_on_time", {}).get("hours")
    if hours is not None:
        metrics.add("homecloud_disk_power_on_hours", hours, **labels)
    for it in said.get("ata_smart_attributes", {}).get("table", []):
        if it.get("id") in ATTRIBUTES:
            metrics.add(
                "homecloud_disk_smart_attribute_raw", it["raw"]["value"], **labels, id=it["id"], attribute=it["name"]
            )
    if "percentage_used" in nvme:
        metrics.add("homecloud_disk_wear_ratio", nvme["percentage_used"] / 100, **labels)
    if "media_errors" in nvme:
        metrics.add("homecloud_disk_media_errors", nvme["media_errors"], **labels)


def add_disks(metrics, configuration):
    for disk in configuration["disks"]:
        present = is_present(disk, configuration["marker"])
        metrics.add("homecloud_disk_present", int(present), disk=disk["name"], mount_point=disk["mount_point"])
    listed = parse(output("lsblk", "--json", "--nodeps", "--output", "PATH,TYPE,SERIAL,MODEL")).get("blockdevices", [])
    for it in listed:
        if it["type"] != "disk" or not re.match(r"/dev/(sd|nvme)", it["path"]):
            continue
        labels = {"device": it["path"], "model": it["model"] or "", "serial": it["serial"] or ""}
        add_smart(metrics, labels, smart(it["path"]))


def add_emmc(metrics, sysfs="/sys"):
    """JESD84-B51: 0x01 is up to 10 % of the life, 0x0a up to 100 %, 0x0b more; 0 is not defined. SD cards tell nothing."""
    folder = f"{sysfs}/block"
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        for kind, text in zip("ab", read(f"{folder}/{name}/device/life_time").split()):
            if int(text, 16):
                metrics.add("homecloud_emmc_wear_ratio", int(text, 16) / 10, device=f"/dev/{name}", area=kind)
        reserve = read(f"{folder}/{name}/device/pre_eol_info")
        if reserve and int(reserve, 16):
            metrics.add("homecloud_emmc_reserve_state", int(reserve, 16), device=f"/dev/{name}")


def add_board(metrics, sysfs="/sys"):
    temperature = read(f"{sysfs}/class/thermal/thermal_zone0/temp")
    if temperature:
        metrics.add("homecloud_board_temperature_celsius", int(temperature) / 1000)
    # The kernel's own file of these bits warns into its log when it is read (deprecated for hwmon).
    bits = re.search(r"throttled=(0x[0-9a-f]+)", output("vcgencmd", "get_throttled"))
    if bits:
        for bit, reason in THROTTLED.items():
            for since, place in (("now", bit), ("start", bit + 16)):
                metrics.add("homecloud_board_throttled", int(bits[1], 16) >> place & 1, reason=reason, since=since)
        return
    # Without the tools of Raspberry Pi OS, the kernel tells one of them (raspberrypi-hwmon).
    folder = f"{sysfs}/class/hwmon"
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        alarm = read(f"{folder}/{name}/in0_lcrit_alarm")
        if read(f"{folder}/{name}/name") == "rpi_volt" and alarm:
            metrics.add("homecloud_board_throttled", int(alarm), reason="under_voltage", since="now")


def add_share_servers(metrics, configuration):
    for server in configuration["share_servers"]:
        labels = {"protocol": server["protocol"]}
        count = share_servers.connections(server["protocol"], server["port"])
        metrics.add("homecloud_share_server_connections", count, **labels)
        is_well = share_servers.answers(server["protocol"], server["address"], server["port"])
        metrics.add("homecloud_share_server_answers", int(is_well), **labels)


def add_watched_shares(metrics, configuration, run="/run"):
    """What the role share_changes says of itself twice a minute, while it runs."""
    for share in configuration["watched_shares"]:
        path = f"{run}/homecloud-share-changes-{share['disk']}/watched.json"
        is_fresh = os.path.isfile(path) and time.time() - os.stat(path).st_mtime < FRESH
        watched = parse(read(path)) if is_fresh else []
        is_watched = isinstance(watched, list) and share["name"] in watched
        metrics.add("homecloud_share_watched", int(is_watched), share=share["name"], disk=share["disk"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        configuration = json.load(file)
    metrics = Metrics()
    add_disks(metrics, configuration)
    add_emmc(metrics)
    add_board(metrics)
    add_share_servers(metrics, configuration)
    add_watched_shares(metrics, configuration)
    # The reader sees the old file or the new one, never a part.
    path = f"{configuration['folder']}/homecloud.prom"
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(metrics.text())
    os.rename(f"{path}.new", path)


if __name__ == "__main__":
    main()
