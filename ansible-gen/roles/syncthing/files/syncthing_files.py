"""What homecloud writes beside the files of people: with the rights of their owner, never through a link of theirs."""

import contextlib
import json
import os


def read_json(path):
    """An empty group where there is no file, or none that can be read."""
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_text(path, text, mode):
    """A reader sees the old file or the new one, never a part."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    os.replace(f"{path}.new", path)


def write_json(path, value):
    """For root alone."""
    write_text(path, json.dumps(value), 0o600)


class Owner:
    """The owner of all files of all shares: `name`, `uid`, `gid`."""

    def __init__(self, name, uid, gid):
        self.name, self.uid, self.gid = name, uid, gid

    @contextlib.contextmanager
    def rights(self):
        """What is done in the folders that people write into is done with no more rights than their files have."""
        if os.geteuid() != 0:
            yield
            return
        groups = os.getgroups()
        os.setgroups([])
        os.setegid(self.gid)
        os.seteuid(self.uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)

    def make_folder(self, mount_point, path):
        """The folder of a share and those above it, as the server of the shares makes them."""
        with self.rights():
            at = mount_point
            for part in os.path.relpath(path, mount_point).split("/"):
                at = f"{at}/{part}"
                if not os.path.isdir(at):
                    os.mkdir(at)
                    os.chmod(at, 0o2775)

    def write_lines(self, path, lines):
        """In one step."""
        folder, name = os.path.split(path)
        # Syncthing does not sync a file of such a name.
        new = f"{folder}/.syncthing.{name}.tmp"
        with self.rights():
            os.makedirs(folder, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o664)
            with open(handle, "w", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))
            os.replace(new, path)

    def remove(self, folder, prefix):
        """Files of a folder whose names begin so; nothing where the folder is away."""
        with self.rights(), contextlib.suppress(OSError):
            for name in os.listdir(folder):
                if name.startswith(prefix):
                    os.unlink(f"{folder}/{name}")
