# Arguments: the file of the stamp, the accounts that may log in by SSH (empty: all), the files that hardening writes.
# Prints the checksum of those files, the stamp, and a sentence for each thing that would shut the admin out.
stamp=$1
allowed=$2
shift 2

cat "$@" 2>/dev/null | sha256sum | cut -d ' ' -f 1
cat "$stamp" 2>/dev/null || echo none

user=${SUDO_USER:-root}
home=$(getent passwd "$user" | cut -d : -f 6)

set -f
is_allowed=$([ -z "$allowed" ] && echo yes)
for pattern in $allowed; do
    # shellcheck disable=SC2254
    case $user in ${pattern%%@*}) is_allowed=yes ;; esac
done
if [ -z "$is_allowed" ]; then
    echo "Ansible logs in as $user, and ssh_allow_users is \"$allowed\": nobody could log in any more." \
        "Add $user to it in hardening.variables of homecloud.config.ts."
fi

# Only a login by key is left afterwards.
if ! ssh-keygen -l -f "$home/.ssh/authorized_keys" >/dev/null 2>&1; then
    echo "$user has no SSH key in $home/.ssh/authorized_keys, and afterwards one logs in by key only." \
        "Bring it there first: ssh-copy-id $user@$(hostname)."
fi
