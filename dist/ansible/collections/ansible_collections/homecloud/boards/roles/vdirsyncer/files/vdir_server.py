"""What the server of contacts and calendars has (RFC 4791, RFC 6352). It tells no password, not in errors either."""

import base64
import http.client
import ssl
import urllib.parse
import xml.etree.ElementTree as etree

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
CARDDAV = "{urn:ietf:params:xml:ns:carddav}"
APPLE = "{http://apple.com/ns/ical/}"
CALENDARSERVER = "{http://calendarserver.org/ns/}"

# What a collection of each kind is, and where those of a person are.
TYPES = {"contacts": f"{CARDDAV}addressbook", "calendars": f"{CALDAV}calendar"}
HOMES = {"contacts": f"{CARDDAV}addressbook-home-set", "calendars": f"{CALDAV}calendar-home-set"}

# One of them lets a person put items there. A calendar that is read only still has `write-properties` (Nextcloud,
# apps/dav/lib/CalDAV/Calendar.php, getACL: that of birthdays, and those that others share to be read).
WRITING = {f"{DAV}{name}" for name in ("all", "write", "write-content", "bind")}

# What an app of Nextcloud makes up: "Recently contacted", of the app contactsinteraction, which comes with it. Nobody may
# change it, what is in it goes again after a week, and its tag is the date of its last contact, so that it does not tell of
# those that go (apps/contactsinteraction/lib/AddressBook.php, getProperties). No person may make a name that begins so
# (apps/dav/lib/CardDAV/Integration/ExternalAddressBook.php, PREFIX and doesViolateReservedName).
MADE_UP = "z-app-generated"

# Seconds that one answer may take: a list of thousands of items on a small board.
PATIENCE = 120


class ServerError(Exception):
    """`reason` is `unreachable`, `credential` or `server`."""

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason


def normal_path(base, href):
    """As vdirsyncer compares them (vdirsyncer/storage/dav.py, _normalize_href)."""
    path = urllib.parse.urlsplit(urllib.parse.urljoin(base, href)).path
    return urllib.parse.quote(urllib.parse.unquote(path), "/@")


class Collection:
    """One address book or calendar, with what the server tells about it."""

    def __init__(self, url, name, is_read_only, tag, properties):
        self.url, self.name, self.is_read_only = url, name, is_read_only
        # Another one after each change of its items; `None` where the server has no such thing.
        self.tag = tag
        # `displayname` and `color`, where they are set.
        self.properties = properties


class Server:
    def __init__(self, url, user, password, authority=None):
        """`authority`: a file with the certificate that signs the server's; by default those of the system."""
        self.url = url.rstrip("/") + "/"
        self.authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=authority)
            self.connection = http.client.HTTPSConnection(parts.netloc, timeout=PATIENCE, context=context)
        else:
            self.connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)

    def request(self, method, url, body, depth="0"):
        """The answer as XML; `None` where there is none."""
        headers = {
            "Authorization": self.authorization,
            "Content-Type": "application/xml; charset=UTF-8",
            "Depth": depth,
            "User-Agent": "homecloud-vdirsyncer",
        }
        path = urllib.parse.urlsplit(url).path
        try:
            self.connection.request(method, path, body.encode(), headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise ServerError("unreachable", f"{self.url} does not answer: {error or type(error).__name__}") from None
        if answer.status == 401:
            raise ServerError("credential", f"{self.url} does not take the credential")
        if answer.status in (502, 503, 504):
            raise ServerError("unreachable", f"{self.url} answers {answer.status} {answer.reason}")
        if answer.status >= 300:
            raise ServerError("server", f"{method} {path}: {answer.status} {answer.reason}")
        if not text:
            return None
        try:
            return etree.fromstring(text)
        except etree.ParseError as error:
            raise ServerError("server", f"{method} {path}: the answer is not XML: {error}") from None

    def propfind(self, url, names, depth="0"):
        """Properties by path, each with its element."""
        names = "".join(etree.tostring(etree.Element(name), encoding="unicode") for name in names)
        body = f'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>{names}</prop></propfind>'
        root = self.request("PROPFIND", url, body, depth)
        if root is None:
            raise ServerError("server", f"PROPFIND {urllib.parse.urlsplit(url).path}: the answer is empty")
        found = {}
        for response in root.iter(f"{DAV}response"):
            properties = {}
            for status in response.findall(f"{DAV}propstat"):
                if " 200 " in f"{status.findtext(f'{DAV}status', ' 200 ')} ":
                    properties.update({element.tag: element for element in status.find(f"{DAV}prop")})
            found[normal_path(url, response.findtext(f"{DAV}href", ""))] = properties
        return found

    def one(self, url, names):
        return next(iter(self.propfind(url, names).values()), {})

    def homes(self):
        """Where the collections of each kind are, by kind."""
        principal = self.one(self.url, [f"{DAV}current-user-principal"]).get(f"{DAV}current-user-principal")
        href = None if principal is None else principal.findtext(f"{DAV}href")
        if href is None:
            raise ServerError("server", f"{self.url} does not say who is asking")
        url = urllib.parse.urljoin(self.url, href)
        properties = self.one(url, HOMES.values())
        homes = {}
        for kind, name in HOMES.items():
            href = properties[name].findtext(f"{DAV}href") if name in properties else None
            if href is None:
                raise ServerError("server", f"{self.url} has no {kind} for this person")
            homes[kind] = urllib.parse.urljoin(url, href).rstrip("/") + "/"
        return homes

    def collections(self, kind, home):
        """Those of a kind, by name: the last part of the path, as vdirsyncer names them."""
        wanted = [
            f"{DAV}resourcetype",
            f"{DAV}displayname",
            f"{DAV}current-user-privilege-set",
            f"{APPLE}calendar-color",
            f"{CALENDARSERVER}getctag",
        ]
        found = {}
        for path, properties in self.propfind(home, wanted, depth="1").items():
            types = properties.get(f"{DAV}resourcetype")
            if types is None or types.find(TYPES[kind]) is None:
                continue
            name = urllib.parse.unquote(path.rstrip("/").rsplit("/", 1)[1])
            if name.startswith(MADE_UP):
                continue
            privileges = properties.get(f"{DAV}current-user-privilege-set")
            may = None if privileges is None else {one.tag for it in privileges for one in it}
            texts = {"displayname": f"{DAV}displayname", "color": f"{APPLE}calendar-color"}
            texts = {key: (getattr(properties.get(tag), "text", None) or "").strip() for key, tag in texts.items()}
            found[name] = Collection(
                url=urllib.parse.urljoin(home, path),
                name=name,
                is_read_only=may is not None and not may & WRITING,
                tag=getattr(properties.get(f"{CALENDARSERVER}getctag"), "text", None),
                properties={key: text for key, text in texts.items() if text},
            )
        return found

    def items(self, url):
        """Paths of the items of a collection, with their entity tags."""
        found = self.propfind(url, [f"{DAV}resourcetype", f"{DAV}getetag"], depth="1")
        return {
            path: properties[f"{DAV}getetag"].text
            for path, properties in found.items()
            if f"{DAV}getetag" in properties
            and (f"{DAV}resourcetype" not in properties or properties[f"{DAV}resourcetype"].find(f"{DAV}collection") is None)
        }

    def make(self, kind, home, name, properties):
        """A new collection (RFC 5689)."""
        url = urllib.parse.urljoin(home, urllib.parse.quote(name, "@") + "/")
        resource = etree.Element(f"{DAV}resourcetype")
        etree.SubElement(resource, f"{DAV}collection")
        etree.SubElement(resource, TYPES[kind])
        elements = [resource]
        for key, tag in {"displayname": f"{DAV}displayname", "color": f"{APPLE}calendar-color"}.items():
            if key in properties:
                element = etree.Element(tag)
                element.text = properties[key]
                elements.append(element)
        body = etree.Element(f"{DAV}mkcol")
        prop = etree.SubElement(etree.SubElement(body, f"{DAV}set"), f"{DAV}prop")
        prop.extend(elements)
        self.request("MKCOL", url, etree.tostring(body, encoding="unicode"))
        return url
