# SPDX-License-Identifier: MIT
"""The real madoguchi-terminal under a bus and a display of the test's own, driven and read over AT-SPI as a screen
reader would, by the names residents see. restart_inside() first, then Terminal."""
import atexit
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings

BUILD = pathlib.Path(os.environ["MESON_BUILD_ROOT"])
SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
TERMINAL = BUILD / "terminal" / "madoguchi-terminal"
DEADLINE_S = 20
DEVICE = "t1"


def restart_inside(script, world=()):
    """An accessibility bus and a display that end with the test; @world: a command that wraps them."""
    if os.environ.get("TERMINAL_DRIVER_INSIDE"):
        atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
        return
    env = dict(os.environ, TERMINAL_DRIVER_INSIDE="1", NO_AT_BRIDGE="0")
    env.pop("AT_SPI_BUS_ADDRESS", None)
    env.pop("WAYLAND_DISPLAY", None)
    # without it the accessibility bus listens under the home folder, where another test's would answer
    env["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="madoguchi-bus-")
    command = [*world, "dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1080x1920x24 -nolisten tcp -noreset",
               sys.executable, script]
    os.execvpe(command[0], command, env)


def wait(what, deadline_s=DEADLINE_S):
    """Polls a condition while events come in; its value, or None after the deadline."""
    from gi.repository import GLib
    context = GLib.MainContext.default()
    end = time.monotonic() + deadline_s
    while True:
        while context.pending():
            context.iteration(False)
        try:
            value = what()
        except GLib.Error: # the node has left the screen since
            value = None
        if value or time.monotonic() > end:
            return value
        time.sleep(0.03)


class Terminal:
    def __init__(self, folder, queue_url, token, config, print_socket=None, camera=None, clock=None, more=()):
        import gi
        warnings.simplefilter("ignore") # deprecations, and objects of an application that has just left the bus
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        self.atspi = Atspi
        self.folder = pathlib.Path(folder)
        token_file = self.folder / "device-token"
        token_file.write_text(token + "\n")
        self.log = open(self.folder / "terminal.log", "wb")
        self.command = [str(TERMINAL), "--config", str(config), "--templates", str(SOURCE / "shared" / "templates"),
                        "--office", "209996-honcho", "--device", DEVICE, "--queue", queue_url, "--token-file",
                        str(token_file), "--state", str(self.folder / "terminal-state"), "--windowed", "1080x1920"]
        if print_socket:
            self.command += ["--print", str(print_socket)]
        if camera:
            self.command += ["--camera", camera]
        if clock:
            self.command += ["--clock-file", str(clock)]
        self.command += more
        self.process = None

    def __enter__(self):
        env = dict(os.environ, LSAN_OPTIONS=f"suppressions={SOURCE}/tests/support/lsan.supp:print_suppressions=0")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=env)
        self.app = wait(self._application)
        if not self.app:
            self.__exit__()
            raise RuntimeError("the terminal is not on the accessibility bus: " + self.said())
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        return self.process.returncode if self.process else None

    def said(self):
        return (self.folder / "terminal.log").read_text(errors="replace")[-3000:]

    def _application(self):
        if self.process.poll() is not None:
            raise RuntimeError("the terminal ended: " + self.said())
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app and app.get_process_id() == self.process.pid and app.get_name() == "madoguchi-terminal" \
                    and app.get_child_count() > 0:
                return app
        return None

    def _walk(self, node):
        yield node
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child:
                yield from self._walk(child)

    def frame(self):
        return self.app.get_child_at_index(0)

    def title(self):
        return self.frame().get_name()

    def texts(self):
        """Everything that can be read on the screen, in reading order."""
        found = []
        for node in self._walk(self.frame()):
            found += [node.get_name() or "", node.get_description() or ""]
            text = node.get_text_iface()
            if text:
                found.append(self.atspi.Text.get_text(text, 0, -1))
        return "\n".join(found)

    def find(self, name=None, key=None):
        for node in self._walk(self.frame()):
            if (name is None or node.get_name() == name) and (key is None or node.get_accessible_id() == key):
                return node
        return None

    def expect(self, title, deadline_s=DEADLINE_S):
        if not wait(lambda: self.title() == title, deadline_s):
            raise AssertionError(f"the screen is {self.title()!r}, not {title!r}:\n{self.texts()}\n{self.said()}")

    def expect_text(self, text, deadline_s=DEADLINE_S):
        if not wait(lambda: text in self.texts(), deadline_s):
            raise AssertionError(f"{text!r} is not on the screen {self.title()!r}:\n{self.texts()}\n{self.said()}")

    def press(self, name=None, key=None):
        node = wait(lambda: self.find(name, key))
        if not node:
            raise AssertionError(f"no button {name or key!r} on {self.title()!r}:\n{self.texts()}")
        node.get_action_iface().do_action(0)

    def enter_pin(self, digits):
        for n, digit in enumerate(digits, 1):
            self.press(key=f"digit-{digit}")
            dots = "•" * n
            if not wait(lambda: self.atspi.Text.get_text(self.find(key="pin").get_text_iface(), 0, -1) == dots):
                raise AssertionError(f"{n} digits are not shown as {dots}")
        self.press("次へ")

    def picture(self, path):
        """What the display shows, for eyes."""
        subprocess.run(["import", "-window", "root", str(path)], check=True, timeout=20)
