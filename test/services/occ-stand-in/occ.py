"""Stands in for `php occ`: the accounts of a Nextcloud, kept in the file that OCC_STATE names.

    occ.py OCC COMMAND ARGUMENTS...

It takes the commands and options of `occ-commands.json` that it has a method for, and refuses all others. Its answers were
read in the files that are named there, of 32.0.1. `npm run test:services -- --nextcloud FOLDER` makes the same checks with a
real one.
"""

import json
import os
import sys

STATE = os.environ["OCC_STATE"]

# Of each command: its file, the names of its arguments, and its options with whether they take a value.
with open(os.path.join(os.path.dirname(__file__), "..", "occ-commands.json"), encoding="utf-8") as file:
    COMMANDS = json.load(file)

# What happens when a token is made: `broken`, as in 33.0.9 (nextcloud/server #63988), or `others`, that somebody else makes
# one just before and one just after.
TOKENS = os.environ.get("OCC_TOKENS")


def fail(text):
    print(text)
    sys.exit(1)


def method_of(command):
    return command.replace(":", "_").replace("-", "_")


def parse(command, words):
    """As Symfony's ArgvInput: options before or among the arguments, until `--`."""
    names, options = COMMANDS[command]["arguments"], COMMANDS[command]["options"]
    given, chosen = [], {}
    while words:
        word = words.pop(0)
        if word == "--":
            given += words
            break
        if not word.startswith("-"):
            given.append(word)
            continue
        name, is_assigned, value = word.removeprefix("--").partition("=")
        if name in ("no-interaction", "no-warnings", "quiet"):
            continue
        if name not in options:
            fail(f'The "{word}" option does not exist.')
        if options[name] != bool(is_assigned):
            fail(f'The "--{name}" option {"requires" if options[name] else "does not accept"} a value.')
        chosen[name] = value if options[name] else True
    least = len([name for name in names if not name.endswith("?")])
    if len(given) > len(names):
        fail(f"Too many arguments to \"{command}\" command, expected arguments {names}.")
    if len(given) < least:
        fail(f"Not enough arguments (missing: {names[len(given):least]}).")
    return given, chosen


class Cloud:
    def __init__(self):
        if os.path.exists(STATE):
            with open(STATE, encoding="utf-8") as file:
                self.state = json.load(file)
        else:
            self.state = {"users": {}, "groups": ["admin"], "config": {}, "maintenance": False, "next": 1}
            self.new_user("admin", "admin of the lab", "")
            self.state["users"]["admin"]["groups"] = ["admin"]

    def save(self):
        with open(f"{STATE}.new", "w", encoding="utf-8") as file:
            json.dump(self.state, file)
        os.replace(f"{STATE}.new", STATE)

    def new_user(self, name, password, display_name):
        self.state["users"][name] = {
            "password": password,
            "display_name": display_name or name,
            "enabled": True,
            "groups": [],
            "settings": {},
            "tokens": {},
        }

    def user(self, name, missing="user not found"):
        return self.state["users"].get(name) or fail(missing)

    def run(self, command, words):
        given, options = parse(command, words)
        getattr(self, method_of(command))(options, *given)
        self.save()

    def status(self, _options):
        maintenance = self.state["maintenance"]
        state = {"installed": True, "version": "34.0.3.2", "versionstring": "34.0.3", "edition": ""}
        print(json.dumps({**state, "maintenance": maintenance, "needsDbUpgrade": False, "productname": "Nextcloud"}))

    def user_list(self, options):
        # The value that was set, else that of all: none.
        users = {
            name: {
                "user_id": name,
                "display_name": it["display_name"],
                "email": it["settings"].get("settings/email", ""),
                "enabled": it["enabled"],
                "groups": it["groups"],
                "quota": it["settings"].get("files/quota", "none"),
                "backend": "Database",
            }
            for name, it in self.state["users"].items()
        }
        print(json.dumps(users if options.get("info") else {name: it["display_name"] for name, it in users.items()}))

    def user_add(self, options, name):
        if name in self.state["users"]:
            fail(f'The account "{name}" already exists.')
        password = os.environ.get("NC_PASS") or os.environ.get("OC_PASS")
        if options.get("generate-password"):
            password = "made by Nextcloud"
        elif not options.get("password-from-env") or not password:
            fail("--password-from-env given, but NC_PASS/OC_PASS is empty!")
        # apps/password_policy, `minLength`.
        if len(password) < 10:
            fail("Password needs to be at least 10 characters long.")
        self.new_user(name, password, options.get("display-name"))
        print(f'The account "{name}" was created successfully')

    def user_enable(self, _options, name):
        self.user(name, "User does not exist")["enabled"] = True
        print("The specified user is enabled")

    def user_disable(self, _options, name):
        self.user(name, "User does not exist")["enabled"] = False
        print("The specified user is disabled")

    def user_delete(self, _options, name):
        self.user(name, "User does not exist")
        del self.state["users"][name]

    def user_setting(self, options, name, app="", key="", value=None):
        user = self.user(name, f'The user "{name}" does not exist.')
        where = f"{app}/{key}"
        if value is None:
            found = user["display_name"] if where == "settings/display_name" else user["settings"].get(where)
            if found is None and "default-value" not in options:
                fail(f'The setting does not exist for user "{name}".')
            print(options.get("default-value") if found is None else found)
        elif where == "settings/display_name":
            if value.strip() == user["display_name"]:
                fail("New and old display name are the same")
            user["display_name"] = value.strip()
        else:
            user["settings"][where] = value.strip().lower() if where == "settings/email" else value

    def user_auth_tokens_list(self, _options, name):
        tokens = self.user(name)["tokens"]
        print(json.dumps([{"id": int(number), "name": it["name"], "type": 1} for number, it in tokens.items()]))

    def user_auth_tokens_add(self, options, name):
        user = self.user(name, "Account does not exist")
        if not options.get("password-from-env"):
            print("No password provided. The generated app password will therefore have limited capabilities.")
        if TOKENS == "broken":
            fail('The "login-name" option does not exist.')
        if TOKENS == "others":
            self.new_token(user, "phone")
        text = self.new_token(user, options.get("name", "cli"))
        if TOKENS == "others":
            self.new_token(user, "tablet")
        print("app password:")
        print(text)

    def new_token(self, user, name):
        number = self.state["next"]
        self.state["next"] += 1
        user["tokens"][str(number)] = {"name": name, "text": f"token{number}" + "x" * 60}
        return user["tokens"][str(number)]["text"]

    def user_auth_tokens_delete(self, _options, name, number="0"):
        self.user(name)["tokens"].pop(number, None)

    def group_list(self, _options):
        groups = {
            group: [name for name, it in self.state["users"].items() if group in it["groups"]]
            for group in self.state["groups"]
        }
        print(json.dumps(groups or []))

    def group_add(self, _options, group):
        if group in self.state["groups"]:
            fail(f'Group "{group}" already exists.')
        self.state["groups"].append(group)

    def group_adduser(self, _options, group, name):
        if group not in self.state["groups"]:
            fail("group not found")
        groups = self.user(name)["groups"]
        if group not in groups:
            groups.append(group)

    def group_removeuser(self, _options, group, name):
        if group not in self.state["groups"]:
            fail("group not found")
        user = self.user(name)
        user["groups"] = [one for one in user["groups"] if one != group]

    def config_app_get(self, options, app, name):
        found = self.state["config"].get(f"{app}/{name}")
        if found is None and "default-value" not in options:
            sys.exit(1)
        print(options.get("default-value") if found is None else found)

    def config_app_set(self, options, app, name):
        self.state["config"][f"{app}/{name}"] = options["value"]
        print(f"Config value '{name}' for app '{app}' is now set to '{options['value']}', stored as mixed in fast cache")

    def maintenance_mode(self, options):
        self.state["maintenance"] = bool(options.get("on"))


def main():
    _occ, command, *words = sys.argv[1:]
    if command not in COMMANDS or not hasattr(Cloud, method_of(command)):
        fail(f'Command "{command}" is not defined.')
    Cloud().run(command, words)


main()
