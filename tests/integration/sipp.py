"""sipp as caller and callee, and what a proxy's processes used meanwhile."""

import csv
import glob
import pathlib
import shutil
import subprocess

PROGRAM = shutil.which("sipp")
SCENARIOS = pathlib.Path(__file__).parents[1] / "data" / "sip"
CALLER_PORT, CALLEE_PORT = 5070, 5090
COMMON = ["-i", "127.0.0.1", "-timer_resol", "1", "-buff_size", "4000000", "-max_socket", "100", "-nostdin",
          "-trace_stat", "-fd", "1"]


def write_users(path, count):
    """Callees u000000, u000001, ..., all of them at the one callee of sipp."""
    path.write_text("SEQUENTIAL\n" + "".join(f"u{i:06d};127.0.0.1:{CALLEE_PORT};{i:012d};;\n" for i in range(count)))


def start(arguments, statistics):
    return subprocess.Popen([PROGRAM, *map(str, arguments), *COMMON, "-stf", str(statistics)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def last_row(statistics):
    rows = list(csv.reader(statistics.read_text().splitlines(), delimiter=";"))
    return dict(zip(rows[0], rows[-1]))


def run(proxy, scenario, rate, count, users, folder, limit_s):
    """Runs a scenario to its end; (done, failed, retransmitted)."""
    statistics = folder / f"{scenario}.csv"
    process = start([proxy, "-sf", SCENARIOS / f"{scenario}.xml", "-inf", users, "-r", rate, "-rp", 1000, "-m", count,
                     "-l", 20000, "-p", CALLER_PORT, "-mp", 15000, "-timeout", limit_s, "-default_behaviors", "none"],
                    statistics)
    error = process.communicate()[1].decode(errors="replace")
    if not statistics.exists():
        raise AssertionError(f"sipp said: {error}")
    row = last_row(statistics)
    return tuple(int(row[key]) for key in ("SuccessfulCall(C)", "FailedCall(C)", "Retransmissions(C)"))


class Callee:
    """Answers all calls at CALLEE_PORT; a context manager."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.process = start(["-sf", SCENARIOS / "uas.xml", "-p", CALLEE_PORT, "-mp", 16000], self.folder / "uas.csv")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


def processes_of(pid):
    """The process and all its children."""
    found = [pid]
    for children in glob.glob(f"/proc/{pid}/task/*/children"):
        for child in pathlib.Path(children).read_text().split():
            found += processes_of(int(child))
    return found


def cpu_seconds(pid):
    """Processor time of the process and its children so far, all threads."""
    nanoseconds = 0
    for process in processes_of(pid):
        for statistics in glob.glob(f"/proc/{process}/task/*/schedstat"):
            nanoseconds += int(pathlib.Path(statistics).read_text().split()[0])
    return nanoseconds / 1e9
