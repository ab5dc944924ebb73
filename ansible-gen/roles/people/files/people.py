"""Brings the accounts of Nextcloud to the people of the home, by `occ` in its pod.

    people.py [--check] < WANTED

Reads JSON and prints JSON: `changes` that it made, or with --check would make; `unknown`, accounts that nobody
declared; `notes` for a person; `tokens` that it made, which are secret.

- Nobody is ever deleted: who is declared no more is disabled, and keeps all files.
- What was made in Nextcloud itself is left alone. What homecloud declared once stands in a value of Nextcloud's own
  database (`config:app:get homecloud people`), so that it is restored with the accounts.
- What the config does not say of a person (quota, e-mail, language) stays as somebody set it in Nextcloud.
- A token is an app password for a program on a board. It is made where the board has none, and revoked when nobody
  declares it any more. It is known by its number, which is written down, and by its name, for a run that was killed before
  it could write that.
- A password reaches `occ` by standard input and the environment, and is in no argument. It is for a new account only.

Commands, options and answers: core/Command/{Status,User/*,User/AuthTokens/*,Group/*,Config/App/*}.php, lib/private/User/User.php
and lib/public/Util.php, as read in 32.0.1; those of accounts, groups and tokens are the same in a later administration manual
("User & group commands"), which has `user:auth-tokens:add --name` (nextcloud/server #55585): 32 does not take it, 33.0.9 and
34.0.4 do, as others ran them.
"""

import json
import re
import secrets
import subprocess
import sys

RECORD = ("homecloud", "people")

# What a person reads in Nextcloud, Settings → Security; something of chance follows, another for each.
TOKEN = "Contacts and calendars as files, by homecloud"

# More than a home has: `occ` lists 500 of them by default.
ALL = "--limit=100000"

UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}

# The first line of standard input is the password.
WITH_PASSWORD = 'IFS= read -r OC_PASS && export OC_PASS && exec "$@"'


class PeopleError(Exception):
    """What a person must mend."""


class Occ:
    """`occ` in the pod of Nextcloud."""

    def __init__(self, wanted):
        self.kubectl = [*wanted["kubectl"], f"--namespace={wanted['namespace']}"]
        self.container = wanted["container"]
        self.occ = wanted["occ"]
        self.pod = self.find_pod(wanted["selector"])

    def find_pod(self, selector):
        listed = run([*self.kubectl, "get", "pods", f"--selector={selector}", "--output=json"])
        for pod in json.loads(listed)["items"]:
            conditions = pod.get("status", {}).get("conditions", [])
            if any(it["type"] == "Ready" and it["status"] == "True" for it in conditions):
                return pod["metadata"]["name"]
        raise PeopleError(
            "No pod of Nextcloud is ready, so that nobody was looked at. \"kubectl --namespace "
            f"{self.kubectl[-1].split('=')[1]} get pods\" shows why: its first start takes minutes. Then run this again."
        )

    def __call__(self, *args, password=None):
        """What a command prints. Its options come first, all else after `--`."""
        occ = [*self.occ, args[0], "--no-interaction", *args[1:]]
        exec_ = [*self.kubectl, "exec", "--stdin", f"--container={self.container}", self.pod, "--"]
        if password is None:
            return run([*exec_, *occ])
        return run([*exec_, "sh", "-c", WITH_PASSWORD, "sh", *occ], f"{password}\n", f"occ {args[0]}", password)

    def json(self, *args):
        """Of a command that prints JSON. What PHP has to say may stand before it."""
        text = self(args[0], "--output=json", *args[1:])
        for line in reversed(text.splitlines()):
            try:
                return json.loads(line)
            except ValueError:
                continue
        raise PeopleError(f"occ {args[0]} did not answer in JSON: {text.strip()[:300]}")


def run(argv, text="", what=None, secret=None):
    done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        # Below it PHP shows what each function was called with, and with that the beginning of a password.
        said = f"{done.stdout}\n{done.stderr}".split("Stack trace:")[0].strip()
        if secret:
            said = said.replace(secret, "(the password)")
        raise PeopleError(f"{what or ' '.join(argv)} failed: {said or f'exit code {done.returncode}'}")
    return done.stdout


def entries(answer):
    """A map of PHP, which is a list in JSON where it is empty or its keys are numbers."""
    return answer if isinstance(answer, dict) else dict(enumerate(answer))


def to_bytes(quota):
    """Bytes of a quota as Nextcloud writes it: `100 GB` are 100 times 2^30. `None` where there is no limit."""
    match = re.fullmatch(r"\s*([\d.]+)\s*([kmgtp]?)b?\s*", quota, re.IGNORECASE)
    return None if match is None else round(float(match[1]) * UNITS[match[2].lower()])


def to_quota(count):
    """The largest unit in which it is a whole number."""
    for unit in ("TB", "GB", "MB", "KB"):
        size = UNITS[unit[0].lower()]
        if count % size == 0:
            return f"{count // size} {unit}"
    return f"{count} B"


class People:
    def __init__(self, occ, wanted, is_check):
        self.occ = occ
        self.wanted = {it["name"]: it for it in wanted["people"]}
        self.passwords = wanted["passwords"]
        self.admin = wanted["admin"]
        # By person: whether the board has it, or cannot be asked.
        self.wanted_tokens = {name: state for state, names in wanted["tokens"].items() for name in names}
        self.is_check = is_check
        self.changes, self.notes, self.unknown, self.tokens = [], [], [], {}

    def run(self):
        self.look_at_state()
        self.accounts = {it["user_id"]: it for it in entries(self.occ.json("user:list", "--info", ALL)).values()}
        self.groups = set(entries(self.occ.json("group:list", ALL)))
        self.record = self.read_record()
        self.known = set(self.record["people"])
        # Before anything: who is made and not written down would not be known any more.
        self.write_record(self.declared())
        for group in sorted({group for it in self.wanted.values() for group in it["groups"]} - self.groups):
            self.do(f"group {group}: new", "group:add", "--", group)
        for person in self.wanted.values():
            self.bring(person)
        for name, account in sorted(self.accounts.items()):
            if name not in self.wanted:
                self.leave(name, account)
        for name in sorted(set(self.record["tokens"]) | set(self.wanted_tokens)):
            self.bring_token(name)
        return {"changes": self.changes, "notes": self.notes, "unknown": self.unknown, "tokens": self.tokens}

    def look_at_state(self):
        state = self.occ.json("status")
        if not state["installed"]:
            raise PeopleError("Nextcloud is not installed yet: look at its pod, and run this again when it is.")
        if state["maintenance"] or state.get("needsDbUpgrade"):
            raise PeopleError(
                "Nextcloud is in maintenance, or waits for its upgrade, so that nobody was changed. Run this again after."
            )

    def do(self, change, *args, password=None):
        self.changes.append(change)
        if not self.is_check:
            self.occ(*args, password=password)

    def read_record(self):
        text = self.occ("config:app:get", "--default-value=", "--", *RECORD).strip()
        record = json.loads(text) if text else {}
        return {"people": [], "groups": [], "tokens": {}, **record}

    def declared(self):
        """What the record must have: who was declared before stays in it while the account is there."""
        people = {name for name in self.record["people"] if name in self.accounts} | set(self.wanted)
        groups = set(self.record["groups"]) | {group for it in self.wanted.values() for group in it["groups"]}
        return {**self.record, "people": sorted(people), "groups": sorted(groups)}

    def write_record(self, record):
        if record != self.record and not self.is_check:
            text = json.dumps(record, separators=(",", ":"), sort_keys=True)
            self.occ("config:app:set", f"--value={text}", "--", *RECORD)
            self.record = record

    def bring(self, person):
        name = person["name"]
        account = self.accounts.get(name)
        if account is None:
            account = self.add(person)
        elif name not in self.known:
            self.notes.append(f"{name}: the account was there already, with a password that stays as it is")
        if not account["enabled"]:
            self.do(f"{name}: enabled", "user:enable", "--", name)
        self.set_names(person, account)
        self.set_quota(person, account)
        self.set_language(person)
        self.set_groups(person, account)

    def add(self, person):
        name = person["name"]
        password = self.passwords.get(name)
        if not password:
            raise PeopleError(
                f"There is no first password for {name}: run npx homecloud secrets add, and give this playbook "
                "secrets/boards.vault.yml."
            )
        options = ["--password-from-env", f"--display-name={person['full_name']}"]
        self.do(f"{name}: new", "user:add", *options, "--", name, password=password)
        return {"enabled": True, "display_name": person["full_name"].strip(), "email": "", "quota": "none", "groups": []}

    def set(self, name, app, key, value):
        self.do(f"{name}: {key.replace('_', ' ')} {value}", "user:setting", "--", name, app, key, value)

    def set_names(self, person, account):
        name, full_name, email = person["name"], person["full_name"].strip(), person.get("email")
        # Without one in the config, the full name is the name of the account.
        if full_name not in (name, account["display_name"]):
            self.set(name, "settings", "display_name", full_name)
        # Nextcloud keeps it in lower case.
        if email is not None and email.lower() != account["email"].lower():
            self.set(name, "settings", "email", email)

    def set_quota(self, person, account):
        quota = person.get("quota")
        if quota is not None and to_bytes(account["quota"]) != quota:
            self.set(person["name"], "files", "quota", to_quota(quota))

    def set_language(self, person):
        name, language = person["name"], person.get("language")
        if language is None:
            return
        # A check asks nothing of an account that is not there.
        has = name in self.accounts and self.occ("user:setting", "--default-value=", "--", name, "core", "lang").strip()
        if has != language:
            self.set(name, "core", "lang", language)

    def set_groups(self, person, account):
        name, has = person["name"], set(entries(account["groups"]).values())
        for group in sorted(set(person["groups"]) - has):
            self.do(f"{name}: into group {group}", "group:adduser", "--", group, name)
        # A group of Nextcloud's own is nobody's business here.
        for group in sorted((has & set(self.record["groups"])) - set(person["groups"])):
            self.do(f"{name}: out of group {group}", "group:removeuser", "--", group, name)

    def leave(self, name, account):
        if name in self.record["people"]:
            if account["enabled"]:
                self.do(f"{name}: disabled, with all files kept", "user:disable", "--", name)
        elif name != self.admin:
            self.unknown.append(f"{name} ({account['display_name']})")

    def bring_token(self, name):
        have = self.names_of_tokens(name)
        number = self.record["tokens"].get(name)
        state = self.wanted_tokens.get(name)
        if state == "away" or (state == "there" and number in have):
            return
        for one in sorted(one for one, label in have.items() if one == number or label.startswith(f"{TOKEN} ")):
            self.do(f"{name}: token revoked", "user:auth-tokens:delete", "--", name, str(one))
        if state is None:
            self.keep_number(name, None)
            return
        self.changes.append(f"{name}: token new")
        if self.is_check:
            return
        label = f"{TOKEN} {secrets.token_hex(4)}"
        self.tokens[name] = self.new_token(name, label)
        made = [one for one, its in self.names_of_tokens(name).items() if its == label]
        if len(made) != 1:
            raise PeopleError(f"Nextcloud made a token for {name}, and has {len(made)} that it calls {label!r}.")
        self.keep_number(name, made[0])

    def new_token(self, name, label):
        try:
            # Without the password of the person: DAV needs none (core/Command/User/AuthTokens/Add.php).
            return self.occ("user:auth-tokens:add", f"--name={label}", "--", name).split()[-1]
        except PeopleError as error:
            if '"login-name" option does not exist' not in str(error):
                raise
            # nextcloud/server #63988
            raise PeopleError(
                f"This version of Nextcloud cannot make an app password, and {name} needs one for contacts and calendars as "
                "files: Nextcloud 33.0.9 asks itself for an option that it does not have. Take versions.nextcloud out of "
                "homecloud.config.ts, and bring the home to the version that homecloud comes with. All else of this playbook is "
                "done."
            ) from None

    def names_of_tokens(self, name):
        """What each token of a person is called, by its number."""
        if name not in self.accounts and (self.is_check or name not in self.wanted):
            return {}
        return {it["id"]: it["name"] for it in entries(self.occ.json("user:auth-tokens:list", "--", name)).values()}

    def keep_number(self, name, number):
        tokens = {key: value for key, value in self.record["tokens"].items() if key != name}
        self.write_record({**self.record, "tokens": tokens if number is None else {**tokens, name: number}})


def main():
    wanted = json.load(sys.stdin)
    try:
        result = People(Occ(wanted), wanted, "--check" in sys.argv[1:]).run()
    except (PeopleError, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"People of Nextcloud: {error}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
