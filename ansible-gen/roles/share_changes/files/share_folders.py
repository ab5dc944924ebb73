"""All folders of a share, watched for changes."""

import errno
import os
import re
import time

import share_inotify as inotify

# Of a file: that its writer closed it, or that it has another time, name or place. One that somebody is still writing is
# not told: it would be taken half.
FILES = inotify.CLOSE_WRITE | inotify.ATTRIB | inotify.MOVED_FROM | inotify.MOVED_TO | inotify.CREATE | inotify.DELETE
WATCHED = FILES | inotify.ONLYDIR | inotify.EXCL_UNLINK
COME = inotify.CREATE | inotify.MOVED_TO
LEFT = inotify.DELETE | inotify.MOVED_FROM

# Names that Nextcloud does not see (charts/dnas/smb-conf.ts), or takes for no file yet; and of a folder itself, its parent
# is told.
HIDDEN = re.compile(rb"|\.st(folder|versions|ignore)|\.recycle|\.syncthing\..*\.tmp|~syncthing~.*\.tmp|.*\.part", re.DOTALL)

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

# Seconds in which it goes on to look for folders before it reads what changed meanwhile: the kernel keeps 16,384 events.
STEP = 0.5


class Lost(Exception):
    """Changes may have been missed: the kernel could not keep them, or the folder of the share is another."""


class Folder:
    """A folder of the share; `parent` is `None` for its root."""

    __slots__ = ("folders", "is_gone", "name", "parent", "watch")

    def __init__(self, parent, name):
        self.parent, self.name = parent, name
        self.watch = None
        self.is_gone = False
        self.folders = {}

    def path(self):
        """From the root of the share, in bytes; empty for the root."""
        parts = []
        folder = self
        while folder.parent is not None:
            parts.append(folder.name)
            folder = folder.parent
        return b"/".join(reversed(parts))


class Folders:
    """
    @param root of the share, in bytes
    @throws OSError where it is not there
    """

    def __init__(self, root):
        self.place = root
        self.queue = inotify.Inotify()
        self.by_watch = {}
        # Folders that are not watched yet, and whether they are new to the share.
        self.ahead = []
        # Those for which the kernel had no more watches.
        self.unwatched = 0
        self.root = Folder(None, b"")
        try:
            # Before anything below it: what comes while it is listed is told.
            self._take_in(self.root, WATCHED | inotify.DELETE_SELF | inotify.MOVE_SELF, is_new=False)
        except OSError:
            self.queue.close()
            raise

    def fileno(self):
        return self.queue.fileno()

    def close(self):
        self.queue.close()

    @property
    def is_whole(self):
        return not self.ahead and self.unwatched == 0

    def changed(self):
        """Paths of folders in which something changed, from the root of the share.

        @throws Lost
        """
        paths = set()
        end = time.monotonic() + STEP
        while self.ahead and time.monotonic() < end:
            folder, is_new = self.ahead.pop()
            if not folder.is_gone and self._enter(folder, is_new) and is_new:
                paths.add(folder.path())
        for watch, mask, name in self.queue.read():
            if mask & (inotify.Q_OVERFLOW | inotify.UNMOUNT):
                raise Lost
            folder = self.by_watch.get(watch)
            if folder is None:
                continue
            if mask & (inotify.IGNORED | inotify.DELETE_SELF | inotify.MOVE_SELF):
                if folder is self.root:
                    raise Lost
                self._forget(folder)
            elif not HIDDEN.fullmatch(name) and self._is_change(folder, mask, name):
                paths.add(folder.path())
        return paths

    def _is_change(self, folder, mask, name):
        if not mask & inotify.ISDIR:
            return bool(mask & (FILES & ~inotify.CREATE))
        if mask & (COME | LEFT):
            if name in folder.folders:
                self._forget(folder.folders[name])
            if mask & COME:
                self._add(folder, name, is_new=True)
            return True
        return False

    def _add(self, parent, name, is_new):
        folder = parent.folders[name] = Folder(parent, name)
        self.ahead.append((folder, is_new))

    def _enter(self, folder, is_new):
        """Whether it is there, and everything in it is watched now, or will be."""
        try:
            self._take_in(folder, WATCHED, is_new)
        except OSError as error:
            # The kernel has no more watches, or no memory for one (inotify_add_watch(2)).
            if error.errno in (errno.ENOSPC, errno.ENOMEM):
                self.unwatched += 1
            self._forget(folder)
            return False
        return True

    def _take_in(self, folder, mask, is_new):
        """Watches it, and then looks for folders in it: one that comes in between is told."""
        handle = self._open(folder)
        try:
            folder.watch = self.queue.watch(b"/proc/self/fd/%d" % handle, mask)
            self.by_watch[folder.watch] = folder
            with os.scandir(handle) as entries:
                for entry in entries:
                    name = os.fsencode(entry.name)
                    if (
                        name not in folder.folders
                        and not HIDDEN.fullmatch(name)
                        and entry.is_dir(follow_symlinks=False)
                    ):
                        self._add(folder, name, is_new)
        finally:
            os.close(handle)

    def _open(self, folder):
        """Part by part, and none of them through a link: whoever writes to the share can put one there at any moment."""
        handle = os.open(self.place, DIRECTORY)
        for name in filter(None, folder.path().split(b"/")):
            try:
                inner = os.open(name, DIRECTORY, dir_fd=handle)
            finally:
                os.close(handle)
            handle = inner
        return handle

    def _forget(self, folder):
        """It and all below it. Where it came to, it is watched anew."""
        if folder.parent.folders.get(folder.name) is folder:
            del folder.parent.folders[folder.name]
        below = [folder]
        while below:
            folder = below.pop()
            folder.is_gone = True
            below += folder.folders.values()
            # It may have been entered at its new place already.
            if self.by_watch.get(folder.watch) is folder:
                del self.by_watch[folder.watch]
                self.queue.unwatch(folder.watch)
