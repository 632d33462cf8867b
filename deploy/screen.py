# SPDX-License-Identifier: MIT
"""The terminal's screen for a program instead of a person: a virtual display, a private accessibility bus, and the
tree on it. Finds things by the names a screen reader would speak."""
import os
import shutil
import subprocess
import tempfile
import time

STEP_SECONDS = 15


class ScreenError(Exception):
    """What was looked for and what stood there instead."""


class Screen:
    """Xvfb and a private D-Bus session; start the terminal with .environment, then .attach()."""

    def __init__(self, width=1080, height=1920):
        self.directory = tempfile.mkdtemp(prefix="madoguchi-")
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.directory, GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="0",
                                SDL_VIDEODRIVER="x11", LC_ALL="C.UTF-8")
        os.chmod(self.directory, 0o700)
        self.processes = []
        # -noreset: a server without clients starts over, and whoever connects at that moment is turned away
        self.environment["DISPLAY"] = ":" + self._start_announcing(
            lambda fd: ["Xvfb", "-displayfd", str(fd), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"])
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_announcing(
            lambda fd: ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={fd}"])
        self.environment.pop("AT_SPI_BUS_ADDRESS", None)
        self.atspi = None
        self.application = None

    def _start_announcing(self, argv):
        read, write = os.pipe()
        self.processes.append(subprocess.Popen(argv(write), pass_fds=[write], stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL, env=self.environment))
        os.close(write)
        with os.fdopen(read) as pipe:
            said = pipe.readline().strip()
        if not said:
            raise ScreenError("the virtual display or the message bus did not start")
        return said

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def attach(self, terminal, application="madoguchi-terminal", seconds=30):
        """finds the terminal on the bus; libatspi reads the bus addresses of this process's environment once. @terminal
        is asked whether it still runs, so that a start that failed is told as that"""
        self.terminal = terminal
        os.environ.update({k: self.environment[k] for k in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")})
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        self.atspi = Atspi
        Atspi.init()
        self.application = self.wait(lambda: self._find_application(application), f"application {application}", seconds)

    def _find_application(self, name):
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_name() == name:
                return child
        return None

    def wait(self, condition, what, seconds=STEP_SECONDS):
        """polls until the condition gives something; the bus answers errors while a screen is being replaced"""
        deadline = time.monotonic() + seconds
        while True:
            try:
                found = condition()
            except Exception as error:  # GLib.Error has no stable type across versions of the binding
                found, self.last_error = None, error
            if found:
                return found
            if self.terminal.process.poll() is not None:
                raise ScreenError(f"the terminal ended with {self.terminal.process.returncode}: {self.terminal.last_words()}")
            if time.monotonic() > deadline:
                raise ScreenError(f"not on the screen after {seconds} s: {what}\n{self.describe()}")
            time.sleep(0.02)

    def nodes(self):
        """(node, role name, name) of everything on the bus, in reading order"""
        self.application.clear_cache()
        stack = [self.application]
        while stack:
            node = stack.pop()
            yield node, node.get_role_name(), node.get_name() or ""
            stack += [c for c in (node.get_child_at_index(i) for i in reversed(range(node.get_child_count()))) if c]

    def describe(self):
        if self.application is None:
            return f"  (no application is on the bus; the terminal said last: {self.terminal.last_words()})"
        try:
            return "\n".join(f"  {role}: {name}" for _, role, name in self.nodes())
        except Exception as error:
            return f"  (the bus says: {error})"

    def title(self):
        return next((name for _, role, name in self.nodes() if role == "frame"), "")

    def find(self, name, roles=None):
        """the first node whose name is exactly this, or begins with it"""
        begins = None
        for node, role, its_name in self.nodes():
            if roles and role not in roles:
                continue
            if its_name == name:
                return node
            if begins is None and its_name.startswith(name):
                begins = node
        return begins

    def wait_title(self, title, seconds=STEP_SECONDS):
        return self.wait(lambda: self.title().startswith(title), f"a screen titled {title!r}", seconds)

    def press(self, name):
        """presses the button as a screen reader does"""
        button = self.wait(lambda: self.find(name, ("push button", "toggle button", "button", "radio button", "check box")),
                           f"a button {name!r}")
        if not button.get_action_iface().do_action(0):
            raise ScreenError(f"the button {name!r} refused to be pressed")

    def see(self, name, seconds=STEP_SECONDS):
        return self.wait(lambda: self.find(name), f"{name!r}", seconds)

    def picture(self, path):
        """a photograph of the display, once two looks in a row are the same"""
        last = b""
        for _ in range(50):
            done = subprocess.run(["import", "-silent", "-window", "root", "png:-"], env=self.environment, check=True, capture_output=True)
            if done.stdout == last:
                break
            last = done.stdout
            time.sleep(0.05)
        with open(path, "wb") as handle:
            handle.write(last)
