#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A real Chromium, driven for the walk and for the tests of the pages: started without a display, with a profile of its
own, ended by its process id. Every wait has a bound and says what it waited for."""
import os
import shutil
import signal
import tempfile
import time

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

CHROMIUM = "/usr/bin/chromium"
CHROMEDRIVER = "/usr/bin/chromedriver"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb")


class NotSeen(Exception):
    """What was waited for did not come."""


def wait_until(condition, what, seconds=15.0, pause=0.05):
    """The condition's first true value; NotSeen when the time is over. A page in change counts as not yet."""
    end = time.monotonic() + seconds
    last = ""
    while True:
        try:
            value = condition()
            if value:
                return value
        except WebDriverException as error:
            last = f" ({(error.msg or '').splitlines()[0] if error.msg else type(error).__name__})"
        if time.monotonic() > end:
            raise NotSeen(f"waited {seconds:g} s in vain: {what}{last}")
        time.sleep(pause)


class Browser:
    """One browser with one page. `with Browser(1440, 900) as page:`"""

    def __init__(self, width, height, language="ja", is_mobile=False):
        self.profile = tempfile.mkdtemp(prefix="madoguchi-browser-")
        options = Options()
        options.binary_location = CHROMIUM
        for flag in FLAGS + (f"--user-data-dir={self.profile}", f"--window-size={width},{height}", f"--lang={language}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.service = Service(CHROMEDRIVER)
        self.log = []
        try:
            self.driver = webdriver.Chrome(options=options, service=self.service)
        except BaseException:
            self._end_service()
            raise
        self.driver.set_page_load_timeout(30)
        self.resize(width, height, is_mobile)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def resize(self, width, height, is_mobile=False):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_mobile})

    def open(self, url):
        self.driver.get(url)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.find(selector).text

    def click(self, selector):
        wait_until(lambda: self.find(selector).is_displayed() and self.find(selector).is_enabled(), f"{selector} to click")
        self.find(selector).click()

    def type(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def key(self, keys):
        """A key for the page itself, wherever the focus is."""
        self.driver.switch_to.active_element.send_keys(keys)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition, what, seconds=15.0):
        return wait_until(condition, what, seconds)

    def wait_text(self, selector, wanted, seconds=15.0):
        """Until the element's visible text holds @wanted."""
        return wait_until(lambda: wanted in self.text(selector), f"{wanted!r} in {selector}", seconds)

    def screenshot(self, path):
        if not self.driver.save_screenshot(str(path)):
            raise OSError(f"cannot write {path}")

    def messages(self):
        """Everything the console said since the start."""
        self.log += self.driver.get_log("browser")
        return self.log

    def violations(self):
        """What the content security policy refused, and scripts that failed."""
        return [entry["message"] for entry in self.messages()
                if "Content Security Policy" in entry["message"] or "Uncaught" in entry["message"]]

    def stop(self):
        try:
            self.driver.quit()
        except (WebDriverException, OSError):
            pass # gone already: what is left is ended below
        self._end_service()

    def _end_service(self):
        process = getattr(self.service, "process", None)
        if process is not None and process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(10)
        shutil.rmtree(self.profile, ignore_errors=True)
