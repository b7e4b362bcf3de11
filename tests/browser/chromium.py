"""A headless Chromium, driven by its DevTools protocol over two pipes; every request outside of its page is refused."""

import base64
import fcntl
import json
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SECONDS = 120
KEYS = {
    "Enter": (13, "\r"),
    "Tab": (9, ""),
    "Escape": (27, ""),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
    " ": (32, " "),
}


class Page:
    """A page: what is asked of it, and what it did: errors, and requests that were refused."""

    def __init__(self, pipes, session):
        self._pipes, self._session, self._within = pipes, session, ""
        self.errors, self.refused, self._features = [], [], {}

    def tell(self, method, **parameters):
        return self._pipes.ask(method, parameters, self._session)

    def heard(self, method, about):
        if method == "Fetch.requestPaused":
            request, url = about["requestId"], about["request"]["url"]
            if url.startswith(self._within) if self._within.endswith("/") else url == self._within:
                self._pipes.send("Fetch.continueRequest", {"requestId": request}, self._session)
            else:
                self.refused.append(url)
                failure = {"requestId": request, "errorReason": "BlockedByClient"}
                self._pipes.send("Fetch.failRequest", failure, self._session)
        elif method == "Runtime.exceptionThrown":
            self.errors.append(about["exceptionDetails"].get("exception", {}).get("description", str(about)))
        elif method == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.errors.append(about["entry"]["text"])

    def load(self, url, within, before):
        self._within = within or url
        for domain in ("Page", "Runtime", "Log"):
            self.tell(f"{domain}.enable")
        self.tell("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self.media(prefers_reduced_motion="reduce")
        if before:
            self.tell("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.tell("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && document.title !== ''")

    def ask(self, expression):
        """Return the value of an expression of JavaScript."""
        found = self.tell("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def until(self, expression):
        for _ in range(SECONDS * 20):
            if self.ask(f"Boolean({expression})"):
                return
            self.ask("new Promise((resolve) => setTimeout(resolve, 50))")
        raise AssertionError(f"never so: {expression}")

    def press(self, key, **more):
        code, text = KEYS.get(key) or (ord(key.upper()), key)
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code, **more}
        self.tell("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self.tell("Input.dispatchKeyEvent", type="keyUp", **about)

    def write(self, text):
        for character in text:
            self.press(character)

    def click(self, selector):
        """Click in the middle of an element, as a mouse does."""
        box = self.ask(
            f"(() => {{ const found = {selector}; found.scrollIntoView({{block: 'center', behavior: 'instant'}});"
            "const {x, y, width, height} = found.getBoundingClientRect(); return [x + width / 2, y + height / 2]; })()"
        )
        where = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        self.tell("Input.dispatchMouseEvent", type="mousePressed", **where)
        self.tell("Input.dispatchMouseEvent", type="mouseReleased", **where)

    def media(self, **features):
        self._features |= features
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in self._features.items()]
        self.tell("Emulation.setEmulatedMedia", features=listed)

    def picture(self, file, *, whole=False):
        """Write a screenshot."""
        shot = self.tell("Page.captureScreenshot", captureBeyondViewport=whole, **self._clip(whole))
        Path(file).write_bytes(base64.b64decode(shot["data"]))

    def _clip(self, whole):
        if not whole:
            return {}
        size = self.tell("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}


class Pipes:
    """The messages to and from a browser, as JSON that ends with a null byte."""

    def __init__(self, to_browser, from_browser):
        self._to, self._from = to_browser, from_browser
        self._numbers, self._waiting, self.pages = count(1), b"", {}

    def send(self, method, parameters, session=None):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        os.write(
            self._to, json.dumps(message if session is None else {**message, "sessionId": session}).encode() + b"\0"
        )
        return number

    def ask(self, method, parameters, session=None):
        number = self.send(method, parameters, session)
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            page = self.pages.get(answer.get("sessionId"))
            if page is not None and "method" in answer:
                page.heard(answer["method"], answer["params"])

    def open(self, file, *, within=None, before=None):
        """Open a file, or a URL, as a page of its own, which may ask for itself alone, or `within` a folder.

        What is to run `before` everything else of the page is a script.
        """
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self.pages[session] = Page(self, session)
        url = file if "://" in str(file) else Path(file).absolute().as_uri()
        page.load(url, within, before)
        return page

    def _next(self):
        parts = [self._waiting]
        while b"\0" not in parts[-1]:
            part = os.read(self._from, 1 << 20)
            if not part:
                raise AssertionError("the browser has ended")
            parts.append(part)
        message, _, self._waiting = b"".join(parts).partition(b"\0")
        return json.loads(message)


OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]


@contextmanager
def chromium(width=1400, height=950):
    """Yield a function that opens a file as a page."""
    its_input, to_browser = map(_above_nine, os.pipe())
    from_browser, its_output = map(_above_nine, os.pipe())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        about = (f"--user-data-dir={home}", f"--window-size={width},{height}", "about:blank")
        # It reads from 3 and writes to 4.
        files = [
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, its_input, 3),
            (os.POSIX_SPAWN_DUP2, its_output, 4),
        ]
        process = os.posix_spawn(CHROMIUM, [CHROMIUM, *OPTIONS, *about], os.environ, file_actions=files)
        os.close(its_input)
        os.close(its_output)
        try:
            yield Pipes(to_browser, from_browser).open
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(to_browser)
            os.close(from_browser)


def _above_nine(descriptor):
    """The same file by a number that no child gives to something else."""
    found = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return found
