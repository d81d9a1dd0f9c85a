"""Runs a command for a test process and ends it when that process is gone.

Arguments: log file, folder to remove at the end or "", signal that ends the command,
user "uid:gid" to run it as or "", command...
Prints the command's pid; passes on each signal named on a line of stdin; when stdin closes (the test process ended,
however it did), ends the command and removes the folder. Exits with the command's code, 128 + n for signal n.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

log, folder, end_signal, user, *command = sys.argv[1:]
rights = {}
if user:
    uid, gid = map(int, user.split(":"))
    rights = {"user": uid, "group": gid, "extra_groups": []}
with open(log, "ab") as output:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **rights)
print(child.pid, flush=True)
closing = False


def follow():
    code = child.wait()
    if not closing:
        os._exit(code if code >= 0 else 128 - code)


threading.Thread(target=follow, daemon=True).start()
for line in sys.stdin:
    child.send_signal(getattr(signal, line.strip()))
closing = True
child.send_signal(signal.SIGCONT)
child.send_signal(getattr(signal, end_signal))
try:
    child.wait(5)
except subprocess.TimeoutExpired:
    child.kill()
    child.wait()
if folder and not os.environ.get("HYGIE_TEST_KEEP"):
    shutil.rmtree(folder, ignore_errors=True)
