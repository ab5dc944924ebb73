"""Brings one collection to the same state on the disk and on the server, or says why not."""

import os

import vdir_state
from vdir_folder import EXTENSIONS, NotText, Vdir, digest_of, is_whole, uid_of

# More deletions at once than these, and than half of all: no person does that, but a disk or a server that lost something.
MANY = 10


# Reasons that the admin can answer, with `accept` or `restore`.
ASKED = ("emptied", "many", "vanished")

# What is noted of a collection.
RECORD = {"tag", "read_only", "server", "vdir"}


class Refusal(Exception):
    """`reason`: one of `ASKED`, or `broken`, `left`, `link` or `name`. For those that the admin can answer, what is gone from
    which side, and how many items: the answer is to that, and to nothing else."""

    def __init__(self, reason, detail, side=None, count=None):
        super().__init__(detail)
        self.reason, self.side, self.count = reason, side, count

    def told(self, collection):
        """As the report has it."""
        question = {"side": self.side, "count": self.count} if self.reason in ASKED else {}
        return {"collection": collection, "reason": self.reason, "detail": str(self), **question}


def is_folder(path):
    """Never through a link: it may lead into the share of somebody else."""
    return os.path.isdir(path) and os.path.realpath(path) == path


def make_folder(path):
    if os.path.lexists(path) and not is_folder(path):
        raise Refusal("link", f"{path} is no folder")
    if not os.path.lexists(path):
        os.mkdir(path)
        os.chmod(path, 0o2775)


def names_of(names):
    names = sorted(names)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


class Sync:
    """One collection of one person.

    `settings`: as the role writes them. `found`: the collection on the server, or `None`. `record`: what was noted of it
    after its last run. `decision`: what the admin said to a refusal, `accept` or `restore`, with that refusal.
    """

    def __init__(self, settings, server, home, kind, name, found, record, decision):
        self.settings, self.server, self.home = settings, server, home
        self.kind, self.name, self.found = kind, name, found
        self.record = record if isinstance(record, dict) and RECORD <= record.keys() else None
        self.path = f"{settings['folder']}/{kind}/{name}"
        self.aside = f"{settings['folder']}/set-aside/{kind}/{name}"
        self.state = vdir_state.State(settings["state"], kind, name)
        decision = decision if isinstance(decision, dict) else {}
        self.accepted = decision if decision.get("what") == "accept" else None
        # Whether vdirsyncer may empty a side.
        self.is_forced = False
        self.is_restored = decision.get("what") == "restore"
        if self.is_restored:
            self.state.forget()
            self.record = None
        self.keys = ("displayname", "color") if kind == "calendars" else ("displayname",)
        self.count = 0

    def run(self):
        """What is noted of it from now on; `None` where it is gone on both sides."""
        self.state.mend()
        known = self.state.known()
        is_here = is_folder(self.path)
        if os.path.lexists(self.path) and not is_here:
            raise Refusal("link", f"{self.path} is a link or a file: a collection is a folder")
        if self.found is None and not is_here:
            self.state.forget()
            return None
        vdir = Vdir(self.path, self.kind, self.aside)
        if is_here and (links := vdir.links()):
            raise Refusal("link", f"{names_of(links)} in {self.path}: links are not followed; take them away")
        if self.found is None and not self.make_on_server(vdir, known):
            return self.record
        if not is_here:
            self.make_here(known)
            known = self.state.known()
        vdir.tidy()
        files = vdir.files()
        names = {item.name: item for item in known}
        fresh = [name for name, tag in files.items() if name not in names or names[name].tag != tag]
        gone = [item for item in known if item.name not in files]
        if self.found.is_read_only:
            if fresh or gone:
                # All looks new, and the server's text wins; what it does not have is set aside below.
                self.state.forget()
                known = []
            uids, digests = set(), []
        else:
            files, uids, digests = self.judge(vdir, files, fresh, names)
        self.count = len(files)
        seen = {"tag": self.found.tag, "read_only": self.found.is_read_only, "server": self.found.properties}
        before = {**seen, "vdir": self.properties(vdir)}
        is_same = self.record is not None and before["tag"] is not None
        with_properties = self.record is None or any(before[key] != self.record.get(key) for key in ("server", "vdir"))
        if is_same and not fresh and not gone and not with_properties and before["tag"] == self.record["tag"]:
            return self.record
        self.check_deletions(vdir, known, files, uids)
        vdir_state.sync(
            self.settings["program"],
            self.state,
            {
                "settings": self.settings,
                "collection": self.found,
                "path": self.path,
                "extension": EXTENSIONS[self.kind],
                "aside": self.aside,
            },
            digests,
            with_properties,
            self.is_forced,
        )
        if self.found.is_read_only:
            for item in self.state.known():
                if item.path is None and item.name is not None and os.path.exists(f"{self.path}/{item.name}"):
                    vdir.set_aside(item.name)
        self.count = len(vdir.files())
        return {**seen, "vdir": self.properties(vdir)}

    def properties(self, vdir):
        try:
            return vdir.properties(self.keys)
        except NotText as error:
            raise Refusal("broken", str(error)) from None

    def ask(self, reason, side, count, detail):
        """Goes on where the admin has accepted just this."""
        question = {"reason": reason, "side": side, "count": count}
        if self.accepted is None or any(self.accepted.get(key) != value for key, value in question.items()):
            raise Refusal(reason, detail, side, count)

    def make_on_server(self, vdir, known):
        """Whether the server has it now."""
        if self.record is not None and self.record["read_only"]:
            # Somebody no longer shares it: the copy stays as it was.
            return False
        if known or self.record is not None:
            vdir.tidy()
            count = len(vdir.files())
            if known or count > 0:
                detail = f"is gone from the server, and {count} items of it are in {self.path}"
                self.ask("vanished", "the server", count, detail)
            left = vdir.remove(known, self.keys)
            self.state.forget()
            if left:
                rest = f"{names_of(left)} in {self.path} was never synced: move it to another place"
                raise Refusal("left", f"is gone from the server, and so are its files; {rest}")
            self.record = None
            return False
        self.server.make(self.kind, self.home, self.name, self.properties(vdir))
        self.found = self.server.collections(self.kind, self.home).get(self.name)
        if self.found is None:
            raise Refusal("name", f"was made on the server, which does not have it: rename {self.path}")
        return True

    def make_here(self, known):
        if self.found.is_read_only:
            self.state.forget()
            known = []
        place = os.path.dirname(self.path)
        if known or not (os.path.lexists(place) or self.is_restored):
            what = f"where {self.path} had {len(known)} items" if known else f"with all {self.kind}"
            self.ask("vanished", "the disk", len(known), f"is gone from the disk, {what}")
            self.is_forced = True
        make_folder(place)
        make_folder(self.path)

    def judge(self, vdir, files, fresh, names):
        """The files that are to be synced, and of those that are new or changed the UIDs and the digests. Others were judged
        before."""
        broken, uids, digests = [], {}, []
        for name in fresh:
            try:
                text = vdir.read(name)
            except UnicodeDecodeError:
                text = ""
            if not is_whole(text):
                broken.append(name)
                continue
            if uid_of(text) is None:
                vdir.give_uid(name, text)
                text = vdir.read(name)
            uids.setdefault(uid_of(text), []).append(name)
            digests.append(digest_of(text))
        if broken:
            raise Refusal("broken", f"{names_of(broken)} in {self.path}: not a whole item; mend or delete the file")
        changed = set(fresh)
        for name in files:
            if name not in changed and names[name].uid in uids:
                uids[names[name].uid].append(name)
        for same in uids.values():
            # The one that was synced before stays.
            keep = min(same, key=lambda name: (name in changed, name not in names, name))
            for name in same:
                if name != keep:
                    vdir.set_aside(name)
        return vdir.files(), set(uids), digests

    def check_deletions(self, vdir, known, files, uids):
        if not known:
            return
        gone = {"the disk": [item for item in known if item.name not in files and item.uid not in uids]}
        there = self.server.items(self.found.url)
        gone["the server"] = [item for item in known if item.path is not None and item.path not in there]
        sizes = {"the disk": len(files), "the server": len(there)}
        for place, items in gone.items():
            (other,) = (size for name, size in sizes.items() if name != place)
            is_emptied = sizes[place] == 0 and other > 0
            if not is_emptied and not (len(items) > MANY and len(items) * 2 > len(known) and other > 0):
                continue
            # Its folder is gone, and the admin has accepted that.
            if place == "the disk" and self.is_forced:
                continue
            if self.found.is_read_only:
                # There is nothing to decide: the server has the say, as with birthdays of contacts that go.
                for item in items:
                    if item.name in files:
                        vdir.set_aside(item.name)
            elif is_emptied:
                detail = f"all {len(known)} items are gone from {place}, and the other side has {other}"
                self.ask("emptied", place, len(known), detail)
                self.is_forced = True
            else:
                self.ask("many", place, len(items), f"{len(items)} of {len(known)} items are gone from {place}")
