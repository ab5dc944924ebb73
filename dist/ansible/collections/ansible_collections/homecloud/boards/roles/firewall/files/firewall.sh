#!/bin/sh
# Written by the Ansible role homecloud.boards.firewall: changes here are lost.
#
# The firewall of the home. New rules are on trial until somebody has logged in with them: only then do they become the
# proven ones, which are loaded when the board starts. Whoever does not come in time, also because the rules shut him
# out, because the power fails or because his laptop is closed, finds the proven ones.
set -eu

wanted=/etc/homecloud/firewall/wanted.nft
proven=/etc/homecloud/firewall/proven.nft
# Checksum of the rules that were loaded since the board started.
loaded=/run/homecloud-firewall.sha256
rollback=homecloud-firewall-rollback

usage() {
  echo "usage: firewall load | remove | status | try <seconds> | keep | rollback" >&2
  exit 2
}

load() {
  nft --file "$1"
  sha256sum <"$1" >"$loaded"
}

remove() {
  # What is not there cannot be deleted.
  printf 'table inet homecloud\ndelete table inet homecloud\n' | nft --file -
  rm -f "$loaded"
}

go_back() {
  if [ -e "$proven" ]; then load "$proven"; else remove; fi
}

is_on_trial() {
  systemctl --quiet is-active "$rollback.timer"
}

has_loaded() {
  nft list table inet homecloud >/dev/null 2>&1 && sha256sum <"$1" | cmp -s - "$loaded"
}

[ $# -ge 1 ] || usage
exec 9>/run/homecloud-firewall.lock
flock 9

case $1 in
  load) go_back ;;
  remove) remove ;;
  status)
    if cmp -s "$wanted" "$proven" && has_loaded "$proven" && ! is_on_trial; then echo kept; else echo changed; fi
    ;;
  try)
    [ $# -eq 2 ] || usage
    nft --check --file "$wanted"
    systemctl --quiet stop "$rollback.timer" 2>/dev/null || true
    systemd-run --quiet --collect --unit="$rollback" --on-active="$2" --timer-property=AccuracySec=100ms "$0" rollback
    load "$wanted"
    ;;
  keep)
    if ! is_on_trial || ! has_loaded "$wanted"; then
      echo "the rules were taken back already" >&2
      exit 1
    fi
    cp "$wanted" "$proven.new"
    sync "$proven.new"
    mv "$proven.new" "$proven"
    sync "${proven%/*}"
    systemctl --quiet stop "$rollback.timer"
    ;;
  rollback) go_back ;;
  *) usage ;;
esac
