# Arguments, each a list: modules that must be loaded, modules that nothing may block, settings of the kernel
# (name=value), the files that hardening writes.
# Prints the checksum of those files, and a sentence for each thing that does not work.
modules=$1
loadable=$2
settings=$3
files=$4

# shellcheck disable=SC2086
cat $files 2>/dev/null | sha256sum | cut -d ' ' -f 1

# The kernel of a container is that of its host: it can neither be set up nor load anything from inside.
is_container=$(systemd-detect-virt --quiet --container && echo yes)

for setting in $settings; do
    name=${setting%%=*}
    wanted=${setting#*=}
    file=/proc/sys/$(echo "$name" | tr . /)
    if [ -n "$is_container" ]; then
        case $name in net.ipv4.* | net.ipv6.*) ;; *) continue ;; esac
    fi
    value=$(cat "$file" 2>/dev/null || echo absent)
    [ "$value" = "$wanted" ] && continue
    echo "$name is $value, and the board needs $wanted: look for it in /etc/sysctl.conf, /etc/sysctl.d and in" \
        "hardening.sysctls of homecloud.config.ts, then run: sysctl --system."
done

for module in $modules $loadable; do
    # Where it is blocked, this says that it went well.
    modprobe --quiet "$module" 2>/dev/null && went_well=yes || went_well=
    [ -d "/sys/module/$module" ] && continue
    grep -qw "$module" /proc/filesystems && continue
    if modprobe --dry-run --verbose "$module" 2>/dev/null | grep -q '^install '; then
        echo "The kernel module $module is blocked by $(grep -lrs "^install $module " /etc/modprobe.d /lib/modprobe.d |
            tr '\n' ' '): add '$module' to os_filesystem_whitelist in hardening.variables of homecloud.config.ts."
    elif [ -n "$went_well" ]; then
        continue
    elif [ -z "$is_container" ] && [ ! -d "/lib/modules/$(uname -r)" ]; then
        echo "The kernel module $module cannot be loaded: the modules of the running kernel, $(uname -r), are gone." \
            "An upgrade brought another kernel: restart the board."
    elif [ -z "$is_container" ]; then
        case " $modules " in *" $module "*)
            echo "The kernel, $(uname -r), has no module $module. On Ubuntu, it may be in linux-modules-extra-raspi." ;;
        esac
    fi
done

# As the container runtime does, in a mount namespace that is gone afterwards.
unshare --mount sh -e <<'END' >/dev/null 2>&1 ||
mount -t tmpfs none /mnt
cd /mnt
mkdir lower upper work merged
echo lower > lower/file
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged
echo upper > merged/file
grep -q lower lower/file
grep -q upper upper/file
END
    echo "An overlay file system cannot be mounted, and containers stand on one: look for 'install overlay' in" \
        "/etc/modprobe.d, and at os_unused_filesystems in hardening.variables of homecloud.config.ts."

for folder in /run /var/lib; do
    program=$(mktemp "$folder/.hardening-XXXXXX") || continue
    echo '#!/bin/sh' > "$program"
    chmod 0700 "$program"
    "$program" 2>/dev/null ||
        echo "No program can run in $folder, and k3s and containers have theirs there: take noexec out of the options of" \
            "its mount, and out of os_mnt_run_options and os_mnt_var_options in hardening.variables of homecloud.config.ts."
    rm -f "$program"
done
