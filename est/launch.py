"""Starts one program that must not outlive whoever started it, then becomes that program.

Run as a script: ``python -I -S launch.py PARENT SIGNAL IDENTITY program arguments…``. Standard
library only, because it stands between every child process and its parent: the pid that the parent
sees is the program's own.

* ``PARENT``: the pid of the process whose death ends this one; ``SIGNAL``: the number of the signal
  that it then gets.
* ``IDENTITY``: ``same``; or ``namespace``: root steps into a user namespace in which it is an
  ordinary user (PostgreSQL refuses root); or ``UID:GID``: root becomes that account.

A program that cannot be started under the identity asked for ends with `IDENTITY_REFUSED`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

IDENTITY_REFUSED = 97
NOT_STARTED = 98

_CLONE_NEWUSER = 0x10000000
_NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def launched(identity: str, signal: int, *command: str | Path) -> list[str]:
    """Return the command line that runs `command` through this script, its life tied to ours."""
    return [
        *(sys.executable, "-I", "-S", __file__),
        *(str(os.getpid()), str(int(signal)), identity),
        *(str(part) for part in command),
    ]


def main(arguments: list[str]) -> int:
    """Take on the identity, tie the process's life to its parent's, and exec."""
    parent, signal, identity, *command = arguments
    try:
        _take_identity(identity, command[0])
    except OSError as refused:
        sys.stderr.write(f"{identity}: {refused}\n")
        return IDENTITY_REFUSED
    # After the change of identity: the kernel forgets the death signal whenever credentials change.
    if not _die_with(int(parent), int(signal)):
        return NOT_STARTED
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as missing:
        sys.stderr.write(f"{command[0]}: {missing.strerror}\n")
        return NOT_STARTED


def _die_with(parent: int, signal: int) -> bool:
    if sys.platform != "linux":
        return True
    _call("prctl", _PR_SET_PDEATHSIG, signal, 0, 0, 0)
    return os.getppid() == parent  # the parent may have died before the line above took effect


def _take_identity(identity: str, program: str) -> None:
    if identity == "same":
        return
    if identity == "namespace":
        _enter_user_namespace()
        if not _reachable(program):
            raise PermissionError(f"{program} or {Path.cwd()} belongs to another account")
        return
    uid, gid = (int(part) for part in identity.split(":"))
    _become(uid, gid, program)


def _enter_user_namespace() -> None:
    """Root outside is 65534 inside: files of root stay its own, and `geteuid()` is not 0."""
    uid, gid = os.geteuid(), os.getegid()
    _call("unshare", _CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_NOBODY} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_NOBODY} {gid} 1")


def _become(uid: int, gid: int, program: str) -> None:
    """Drop to an account.

    Where that account cannot reach the program (a clone under /root), it keeps one capability: to
    open files.
    """
    if sys.platform == "linux":
        _call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if sys.platform == "linux" and not _reachable(program):
        _keep_file_access()


def _reachable(program: str) -> bool:
    return os.access(program, os.X_OK) and os.access(Path.cwd(), os.X_OK)


def _keep_file_access() -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    mask = 1 << _CAP_DAC_OVERRIDE
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _call("capset", header, effective_permitted_inheritable)
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
