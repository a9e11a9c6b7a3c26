#!/usr/bin/env bash
# Runs a command in the root of an image as a container engine does with
#   --user 10001:10001 --read-only --cap-drop all --security-opt no-new-privileges --network host
# It is process 1 of its own namespace, its root can only be read, its volume for the state is a memory file system and can be
# written, and PLUGINS is mounted where plugins of one's own belong. There is no /tmp that can be written.
#
# usage: image_run.sh ROOT PLUGINS [NAME=VALUE...] COMMAND...
# Exit code: the command's. It is the only child of this process, which takes no SIGTERM to it. Needs root.
set -euo pipefail
# shellcheck disable=SC2016 # for the inner shell, which has the namespaces
exec unshare --mount --pid --ipc --uts --fork --kill-child --propagation private bash -ec '
  root=$1 plugins=$2
  shift 2
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o uid=10001,gid=10001,mode=0750 tmpfs "$root/var/lib/connector-host"
  mount --bind "$plugins" "$root/opt/connector-host/plugins"
  mount -o remount,bind,ro "$root"
  cd "$root"
  exec chroot "$root" setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs \
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"' image_run "$@"
