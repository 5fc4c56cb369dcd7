"""Start one program so that it dies with its parent: run as a script, `launch.py PARENT SIGNAL UID:GID|- PROGRAM ARGS`.

A script rather than a `preexec_fn`, because Python code between fork and exec is not safe in a process with threads.
Imports only the standard library, and everything before the account is changed: that account may not read our files.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, death_signal: int, account: str, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if account != "-":
        uid, gid = map(int, account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.chdir("/")
    # After the change of account, which clears it.
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent was gone before the start")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
