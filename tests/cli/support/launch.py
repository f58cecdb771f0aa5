"""launch.py FOLDER MODULE [ARGUMENT]...: runs MODULE in a process group of its own until stdin closes.

The test process holds the other end of that pipe and never writes to it. However the test process ends, also
where no destructor runs, the pipe closes: then FOLDER is removed and the whole group ends, so that no server,
child or file of one is left over.
"""

import os
import runpy
import shutil
import signal
import sys
import threading


def end_with_stdin(folder):
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


os.setsid()
threading.Thread(target=end_with_stdin, args=[sys.argv[1]], daemon=True).start()
sys.argv = sys.argv[2:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
