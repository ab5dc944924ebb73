#!/usr/bin/env python3
"""Tells Nextcloud in which folders of shares something changed, by whichever way: SMB, NFS, Syncthing, or on the board.

    share_changes.py SETTINGS

The kernel is asked. Syncthing tells of its own folders alone, after it has read each file, and only while it runs.

What it tells is a file beside the marker of each share, that Nextcloud reads by the same mount: no more than a hint, and
what is missed here, the scan of all finds. It is written on the disk of the share: once in ten seconds at most, and never
while nothing changes.
"""

import json
import os
import secrets
import select
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from share_folders import Folders, Lost

# Seconds from a change until it is told: what changes meanwhile comes with it.
PAUSE = 10

# Seconds until a share that is not there is looked for again, and between two words about how it is.
RETRY = 30

# Bytes of the file. Folders that changed before those go from it: the scan of all finds them.
MOST = 32768


def text_of(path):
    """A path as text, up to the part of it that is none: Nextcloud knows only names in UTF-8."""
    while True:
        try:
            return path.decode()
        except UnicodeDecodeError:
            path = os.path.dirname(path)


class Told:
    """The file: folders, each with the number of its last change. The numbers begin anew with each start, and `of` says so."""

    def __init__(self, folder, marker, name):
        """`marker` and `name` are paths from the folder of the share."""
        self.folder, self.name = folder, os.path.basename(name)
        # One folder below the root of the share.
        self.below, self.marker = os.path.split(marker)
        self.of = secrets.token_hex(8)
        self.number = 0
        self.lines = {}
        self.size = 0

    def add(self, paths):
        # Those above last, and so kept longest: all that is new below them is found by them.
        for path in sorted(map(text_of, paths), key=lambda it: (-it.count("/") if it else 1, it)):
            self._remove(path)
            self.number += 1
            line = self.lines[path] = json.dumps([self.number, path], ensure_ascii=False)
            self.size += len(line.encode()) + 2
        while self.size > MOST:
            self._remove(next(iter(self.lines)))

    def _remove(self, path):
        line = self.lines.pop(path, None)
        if line is not None:
            self.size -= len(line.encode()) + 2

    def write(self):
        """In one step, and through no link: people write to the share, too.

        @throws OSError where the marker is not there: nobody reads the share by it
        """
        lines = ",\n".join(self.lines.values())
        text = f'{{"of":"{self.of}","folders":[\n{lines}\n]}}\n'
        root = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            place = os.open(self.below, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=root)
        finally:
            os.close(root)
        try:
            os.stat(self.marker, dir_fd=place, follow_symlinks=False)
            # A name that nobody can have taken.
            new = f"{self.name}.{secrets.token_hex(8)}.new"
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o664, dir_fd=place)
            try:
                with open(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(new, self.name, src_dir_fd=place, dst_dir_fd=place)
            except OSError:
                os.unlink(new, dir_fd=place)
                raise
        finally:
            os.close(place)


class Share:
    """One share: what is watched of it, and what is told."""

    def __init__(self, name, path, settings):
        self.name, self.path = name, path
        self.told = Told(path, settings["marker"], settings["changes"])
        self.folders = None
        self.paths = set()
        # Whether the last word could be written.
        self.is_told = True
        # When the next word is due, and when the share is looked for again.
        self.due = None
        self.again = 0

    def turn(self, now):
        if self.folders is None and now >= self.again:
            self._begin(now)
        if self.folders is not None:
            self._read(now)
        if self.due is not None and now >= self.due:
            self._tell(now)

    def _begin(self, now):
        self.again = now + RETRY
        try:
            self.folders = Folders(os.fsencode(self.path))
        except OSError:
            # Samba makes the folder of a new share when somebody first opens it.
            return
        print(f"{self.name}: is watched", flush=True)

    def _read(self, now):
        unwatched = self.folders.unwatched
        try:
            self.paths |= self.folders.changed()
        except (Lost, OSError) as error:
            self.folders.close()
            self.folders = None
            reason = "changes were missed" if isinstance(error, Lost) else error.strerror
            print(f"{self.name}: is watched anew: {reason}", flush=True)
        else:
            if self.folders.unwatched > unwatched:
                print(f"{self.name}: the kernel has no more watches (fs.inotify.max_user_watches)", flush=True)
        if self.paths and self.due is None:
            self.due = now + PAUSE

    def _tell(self, now):
        self.told.add(self.paths)
        self.paths = set()
        self.due = None
        try:
            self.told.write()
            self.is_told = True
        except FileNotFoundError:
            # Nobody opened it for Nextcloud yet.
            self.due = now + RETRY
        except OSError as error:
            self.due = now + RETRY
            if self.is_told:
                print(f"{self.name}: its changes cannot be told: {error.strerror}", flush=True)
            self.is_told = False

    @property
    def is_watched(self):
        return self.folders is not None and self.folders.is_whole and self.is_told


def say_how_it_is(path, watched):
    """In memory: the names of shares of which no folder is missed."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        json.dump(watched, file)
    os.replace(f"{path}.new", path)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    shares = [Share(it["name"], it["path"], settings) for it in settings["shares"]]
    watched, said = None, 0
    while True:
        now = time.monotonic()
        for share in shares:
            share.turn(now)
        before, watched = watched, [share.name for share in shares if share.is_watched]
        if now >= said or watched != before:
            say_how_it_is(settings["watched"], watched)
            said = now + RETRY
        open_ones = [share.folders for share in shares if share.folders is not None]
        is_ahead = any(folders.ahead for folders in open_ones)
        dues = [said, *(it.due for it in shares if it.due), *(it.again for it in shares if it.folders is None)]
        select.select(open_ones, [], [], 0 if is_ahead else max(0, min(dues) - time.monotonic()))
        # Many changes at once are read at once.
        time.sleep(0.2)


if __name__ == "__main__":
    main()
