#!/usr/bin/env python3
"""Runs a service in a root file system as its systemd unit says, as far as that goes without systemd.

usage: run_unit.py ROOT UNIT [NAME=VALUE...]      the variables come on top of the unit's

What is as in the unit: drop-ins, variables, ExecStart, user, umask, limits, state directory, a read-only root, a private /tmp
and /dev, no capabilities, no new privileges, MemoryDenyWriteExecute, the filter of system calls and of address families,
and the notify socket with its watchdog. What is not: the other namespaces (PrivateUsers), control groups, /proc of others.

Each message of the service is printed. SIGHUP reloads and SIGTERM stops it, as systemctl would. Exit codes: that of the
service; 70 when it was not ready, alive or gone in the time that the unit gives it.
"""
import ctypes, glob, os, resource, select, shlex, signal, socket, subprocess, sys, time

PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN = 38, 24, 65, 1
ALLOW, DENY, EQUAL = 0x7FFF0000, 0x00050000 | 1, 4  # of libseccomp; 1 is EPERM
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
NOTIFY = "/run/notify"
DEVICES = ["null", "zero", "full", "random", "urandom"]


class Unit:
    """A unit's settings: the last value of each, or all of them since the last empty one."""

    def __init__(self, root, name):
        self.settings = {}
        for folder in ("usr/lib/systemd/system", "etc/systemd/system"):
            for file in [f"{root}/{folder}/{name}"] + sorted(glob.glob(f"{root}/{folder}/{name}.d/*.conf")):
                if os.path.exists(file):
                    self.read(file)

    def read(self, file):
        for line in open(file):
            key, equals, value = line.strip().partition("=")
            if not equals or line.startswith("#"):
                continue
            self.settings[key] = self.settings.get(key, []) + [value] if value else []

    def all(self, key):
        return self.settings.get(key, [])

    def get(self, key, otherwise=""):
        return (self.all(key) or [otherwise])[-1]

    def seconds(self, key):
        return float(self.get(key).removesuffix("s") or "inf")


def environment(root, unit, more):
    variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    for line in unit.all("Environment"):
        variables.update(entry.split("=", 1) for entry in shlex.split(line))
    for file in unit.all("EnvironmentFile"):
        for line in open(root + file.removeprefix("-")):
            if "=" in line and not line.startswith("#"):
                name, value = line.rstrip("\n").split("=", 1)
                variables[name] = value
    variables.update(entry.split("=", 1) for entry in more)
    return variables


def command(unit, variables):
    words = [word.replace("${", "$").replace("}", "") for word in shlex.split(unit.get("ExecStart"))]
    return [variables[word[1:]] if word.startswith("$") else word for word in words]


def ids_of(root, user):
    for line in open(f"{root}/etc/passwd"):
        fields = line.split(":")
        if fields[0] == user:
            return int(fields[2]), int(fields[3])
    raise SystemExit(f"run_unit.py: there is no user {user} in {root}")


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def arrange_mounts(root, unit, ids):
    state = f"{root}/var/lib/{unit.get('StateDirectory')}"
    os.makedirs(state, exist_ok=True)
    os.chown(state, *ids)
    os.chmod(state, int(unit.get("StateDirectoryMode", "0755"), 8))
    if unit.get("ProtectSystem") == "strict":
        mount("--bind", root, root)
        mount("-o", "remount,bind,ro", root)
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("--bind", state, state)
    mount("-o", "remount,bind,rw", state)
    mount("-t", "tmpfs", "tmpfs", f"{root}/tmp")
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", f"{root}/dev")
    for name in DEVICES:
        open(f"{root}/dev/{name}", "w").close()
        mount("--bind", f"/dev/{name}", f"{root}/dev/{name}")


def calls_of(name):
    """The system calls of a set of systemd's, or the one that is named."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True).stdout
    words = [line.strip() for line in listed.splitlines()[1:]]
    return set().union(*(calls_of(word) for word in words if word and not word.startswith("#")))


class Argument(ctypes.Structure):
    _fields_ = [("number", ctypes.c_uint), ("operation", ctypes.c_int), ("value", ctypes.c_uint64), ("mask", ctypes.c_uint64)]


def filter_of(unit):
    """A filter of libseccomp's, ready to be loaded."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    allowed = set()
    for line in unit.all("SystemCallFilter"):
        calls = set().union(*(calls_of(word) for word in line.removeprefix("~").split()))
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    rules = ctypes.c_void_p(library.seccomp_init(DENY))
    for name in allowed - {"socket"}:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0 and library.seccomp_rule_add(rules, ALLOW, number, 0) != 0:
            raise SystemExit(f"run_unit.py: no filter for {name}")
    for family in unit.get("RestrictAddressFamilies").split():
        only = Argument(0, EQUAL, FAMILIES[family], 0)
        library.seccomp_rule_add_array(rules, ALLOW, library.seccomp_syscall_resolve_name(b"socket"), 1, ctypes.byref(only))
    return lambda: library.seccomp_load(rules)


def become(root, unit, ids, load_filter):
    libc = ctypes.CDLL(None, use_errno=True)
    for name in ("NOFILE", "CORE"):
        if unit.get(f"Limit{name}"):
            which = getattr(resource, f"RLIMIT_{name}")
            most = resource.getrlimit(which)[1]  # this may be a container, which cannot raise it
            limit = min(int(unit.get(f"Limit{name}")), sys.maxsize if most == resource.RLIM_INFINITY else most)
            resource.setrlimit(which, (limit, limit))
    os.chroot(root)
    os.chdir("/")
    for capability in range(41):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(ids[1], ids[1], ids[1])
    os.setresuid(ids[0], ids[0], ids[0])
    os.umask(int(unit.get("UMask", "0022"), 8))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if unit.get("MemoryDenyWriteExecute") == "yes" and libc.prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        print("run_unit.py: this kernel knows no PR_SET_MDWE, so MemoryDenyWriteExecute is not tried", file=sys.stderr)
    if load_filter() != 0:
        raise SystemExit("run_unit.py: the filter of system calls could not be loaded")


def run_inside(root, name, more):
    """In a mount namespace of its own: becomes the service."""
    unit = Unit(root, name)
    ids = ids_of(root, unit.get("User"))
    variables = environment(root, unit, more)
    variables["NOTIFY_SOCKET"] = NOTIFY
    variables["WATCHDOG_USEC"] = str(int(unit.seconds("WatchdogSec") * 1e6))
    variables["WATCHDOG_PID"] = str(os.getpid())
    load_filter = filter_of(unit)
    arrange_mounts(root, unit, ids)
    become(root, unit, ids, load_filter)
    words = command(unit, variables)
    os.execve(words[0], words, variables)


class Manager:
    """Waits for the service as systemd does."""

    def __init__(self, unit, service, listener):
        self.unit, self.service, self.listener = unit, service, listener
        self.limit = time.monotonic() + unit.seconds("TimeoutStartSec")
        self.ready = self.stopping = False
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGINT, lambda *_: self.stop())
        signal.signal(signal.SIGHUP, lambda *_: self.service.send_signal(signal.SIGHUP))

    def stop(self):
        self.stopping = True
        self.limit = time.monotonic() + self.unit.seconds("TimeoutStopSec")
        self.service.terminate()

    def hear(self, message):
        print(" ".join(message.split("\n")), flush=True)
        lines = message.split("\n")
        if not self.stopping and ("READY=1" in lines or (self.ready and "WATCHDOG=1" in lines)):
            self.ready = True
            self.limit = time.monotonic() + self.unit.seconds("WatchdogSec")

    def run(self):
        while self.service.poll() is None:
            if select.select([self.listener], [], [], 0.1)[0]:
                self.hear(self.listener.recv(4096).decode())
            if time.monotonic() > self.limit:
                print(f"run_unit.py: not {'gone' if self.stopping else 'alive' if self.ready else 'ready'} in time", file=sys.stderr)
                self.service.kill()
                self.service.wait()
                return 70
        while select.select([self.listener], [], [], 0)[0]:
            self.hear(self.listener.recv(4096).decode())
        return self.service.returncode


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    if sys.argv[1] == "--inside":
        run_inside(sys.argv[2], sys.argv[3], sys.argv[4:])
    root, name = sys.argv[1:3]
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(root + NOTIFY)
    os.chmod(root + NOTIFY, 0o777)
    inside = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, "--inside", *sys.argv[1:]]
    service = subprocess.Popen(inside, stdin=subprocess.DEVNULL)
    try:
        sys.exit(Manager(Unit(root, name), service, listener).run())
    finally:
        if service.poll() is None:
            service.kill()
        os.unlink(root + NOTIFY)


main()
