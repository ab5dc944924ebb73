"""One collection as a vdir: a folder with one file for each contact (.vcf) or each event or task (.ics), and its name and
colour in files beside them (the vdir storage format of pimutils)."""

import contextlib
import datetime
import hashlib
import os
import re
import time
import uuid

EXTENSIONS = {"contacts": ".vcf", "calendars": ".ics"}

# photo.sync-conflict-20261129-101112-ABCDEFG.vcf (Syncthing, lib/model/folder_sendrecv.go, conflictName)
CONFLICT = re.compile(r"\.sync-conflict-\d{8}-\d{6}-[A-Z2-7]{7}(?=\.|$)")

# What vdirsyncer writes before it is whole (atomicwrites, by Python's tempfile), and how old one is that nobody writes any
# more, in seconds.
UNFINISHED = re.compile(r"tmp[a-z0-9_]{8}$")
UNFINISHED_AGE = 3600

# The first bytes of what a Mac leaves beside a file on a share (AppleDouble, RFC 1740, appendix A).
APPLE_DOUBLE = b"\x00\x05\x16\x07"

COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL", "VCARD")


def extension_of(text):
    return ".vcf" if text.lstrip().upper().startswith(b"BEGIN:VCARD") else ".ics"


def is_whole(text):
    """Whether it is an item, from its begin to its end: a client may still be writing it."""
    open_ones = []
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    if not lines or lines[0].upper() not in ("BEGIN:VCARD", "BEGIN:VCALENDAR"):
        return False
    for index, line in enumerate(lines):
        word, _, name = line.upper().partition(":")
        if word == "BEGIN":
            open_ones.append(name.strip())
        elif word == "END" and (not open_ones or open_ones.pop() != name.strip()):
            return False
        if not open_ones and index < len(lines) - 1:
            return False
    return not open_ones


def uid_of(text):
    """The first UID, unfolded, as vdirsyncer takes it (vdirsyncer/vobject.py, Item.uid); `None` where there is none."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("UID:"):
            uid = line[4:]
        elif line.startswith("UID;"):
            uid = line.partition(":")[2]
        else:
            continue
        for more in lines:
            if not more.startswith((" ", "\t")):
                break
            uid += more[1:]
        return uid.strip() or None
    return None


def with_uid(text):
    """The item with a UID of its own. vdirsyncer would know one without by its text, and take each change for another."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = []
    uid = f"UID:{uuid.uuid4()}"
    for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        # An empty one is none.
        if re.fullmatch(r"UID[:;].*", line) and uid_of(line) is None:
            continue
        lines.append(line)
        word, _, name = line.upper().partition(":")
        # All parts of one item are of one UID.
        if word == "BEGIN" and name.strip() in COMPONENTS:
            lines.append(uid)
    return "".join(f"{line}{end}" for line in lines)


# Lines that servers write anew (as vdirsyncer/vobject.py, IGNORE_PROPS).
OF_SERVERS = re.compile(r"(PRODID|METHOD|X-RADICALE-NAME|X-WR-CALNAME|REV|LAST-MODIFIED|CREATED|DTSTAMP)[:;]")


def digest_of(text):
    """The same for two texts that say the same, however they are folded and ordered."""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    lines = sorted(line for line in lines if line.strip() and not OF_SERVERS.match(line))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write_whole(path, content):
    """A reader sees the old file or the new one. The name of the new one is none of an item, and none that is synced."""
    folder, name = os.path.split(path)
    new = f"{folder}/.syncthing.{name}.tmp"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(new)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o664)
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def aside_name(folder, stem, content, extension, when):
    """Where a text is set aside: `None` where the same text is there already."""
    digest = hashlib.sha256(content).hexdigest()[:8]
    if any(name.endswith(f"-{digest}{extension}") for name in os.listdir(folder)):
        return None
    date = datetime.datetime.fromtimestamp(when, datetime.timezone.utc).strftime("%Y%m%d-%H%M%S")
    return f"{folder}/{stem[:100]}.{date}-{digest}{extension}"


def make_aside(folder):
    # Not through a link, which may lead into the share of somebody else.
    if os.path.realpath(folder) != folder:
        raise OSError(f"{folder} is behind a link")
    os.makedirs(folder, exist_ok=True)


def set_text_aside(folder, content, extension):
    """Keeps a text that is about to be overwritten, with the date of now."""
    make_aside(folder)
    stem = re.sub(r"[^A-Za-z0-9_.@+-]", "_", uid_of(content.decode("utf-8", "replace")) or "item").lstrip(".")
    path = aside_name(folder, stem or "item", content, extension, time.time())
    if path is not None:
        write_whole(path, content)


def set_file_aside(folder, path):
    """Moves a file away, with the date of its last change."""
    make_aside(folder)
    with open(path, "rb") as file:
        content = file.read()
    stem, extension = os.path.splitext(CONFLICT.sub("", os.path.basename(path)))
    to = aside_name(folder, stem.lstrip(".") or "item", content, extension, os.stat(path).st_mtime)
    if to is None:
        os.unlink(path)
    else:
        os.rename(path, to)


def etag_of(path):
    """As vdirsyncer keeps it (vdirsyncer/utils.py, get_etag_from_file)."""
    status = os.stat(path)
    return f"{status.st_mtime_ns:.9f};{status.st_ino}"


class NotText(Exception):
    """A file with the name or colour of a collection that is not UTF-8."""


class Vdir:
    """A collection on the disk. An absent folder raises."""

    def __init__(self, path, kind, aside):
        self.path, self.extension, self.aside = path, EXTENSIONS[kind], aside

    def links(self):
        """Links among the files. They may lead into shares of others, which belong to the same owner: nothing follows them."""
        with os.scandir(self.path) as entries:
            return sorted(entry.name for entry in entries if entry.is_symlink())

    def tidy(self):
        """Sets aside what Syncthing left of a file that two devices changed at once: with the UID of the item, it would stop
        all. Takes away what no program needs any more. Renames what vdirsyncer would not take for an item."""
        for name in sorted(os.listdir(self.path)):
            path = f"{self.path}/{name}"
            is_item = name.lower().endswith(self.extension) and os.path.isfile(path)
            if UNFINISHED.fullmatch(name):
                if os.stat(path).st_mtime < time.time() - UNFINISHED_AGE:
                    os.unlink(path)
            elif is_item and CONFLICT.search(name):
                set_file_aside(self.aside, path)
            # vdirsyncer takes them for items.
            elif is_item and name.startswith("."):
                with open(path, "rb") as file:
                    is_apple_double = file.read(4) == APPLE_DOUBLE
                if is_apple_double:
                    os.unlink(path)
                else:
                    set_file_aside(self.aside, path)
            elif is_item:
                self.rename(name)

    def rename(self, name):
        """ANNA.VCF of Windows to ANNA.vcf, and bytes that are no UTF-8 to what stands for them. No other file is replaced."""
        stem = os.fsencode(name[: -len(self.extension)]).decode("utf-8", "replace")
        to = f"{stem}{self.extension}"
        if to == name:
            return
        if os.path.lexists(f"{self.path}/{to}"):
            to = f"{stem}-{uuid.uuid4().hex[:8]}{self.extension}"
        os.rename(f"{self.path}/{name}", f"{self.path}/{to}")

    def files(self):
        """Entity tags of the items by file name. One that goes meanwhile is not there; any other error is an absent disk,
        and never a missing item."""
        found = {}
        for name in os.listdir(self.path):
            if name.endswith(self.extension):
                with contextlib.suppress(FileNotFoundError):
                    found[name] = etag_of(f"{self.path}/{name}")
        return found

    def read(self, name):
        with open(f"{self.path}/{name}", "rb") as file:
            return file.read().decode("utf-8")

    def give_uid(self, name, text):
        write_whole(f"{self.path}/{name}", with_uid(text).encode())

    def set_aside(self, name):
        set_file_aside(self.aside, f"{self.path}/{name}")

    def remove(self, known, keys):
        """Takes the collection away: the files of `known` as they were synced, and those of its properties. Another item is set
        aside. What is left is no part of the collection: with it, the folder stays."""
        self.tidy()
        synced = {item.name: item.tag for item in known}
        for name, tag in self.files().items():
            if synced.get(name) == tag:
                os.unlink(f"{self.path}/{name}")
            else:
                self.set_aside(name)
        for key in keys:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self.path}/{key}")
        left = sorted(os.listdir(self.path))
        if not left:
            os.rmdir(self.path)
        return left

    def properties(self, keys):
        found = {}
        for key in keys:
            try:
                with open(f"{self.path}/{key}", encoding="utf-8") as file:
                    text = file.read().strip()
            except FileNotFoundError:
                continue
            except UnicodeDecodeError:
                raise NotText(f"{self.path}/{key} is not UTF-8: save it so, or delete it") from None
            if text:
                found[key] = text
        return found
