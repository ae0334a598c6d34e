"""A headless Chromium over its DevTools protocol."""

import base64
import itertools
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--remote-debugging-port=0", "--hide-scrollbars",
)  # fmt: skip
_PATIENCE_SECONDS = 60.0
_LEAST_CONTRAST = (Path(__file__).parent / "least_contrast.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    console: list[str] = field(default_factory=list)
    """Errors, warnings and script exceptions."""
    failed: list[str] = field(default_factory=list)
    """Addresses with the reason."""
    asked: list[str] = field(default_factory=list)

    def hosts(self) -> set[str]:
        return {urlsplit(address).netloc for address in self.asked if address.startswith(("http", "ws"))}


class Tab:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._addresses: dict[str, str] = {}
        self._loaded = False
        self.visit = Visit()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, address: str) -> Visit:
        """Open an address; returns the visit's growing record once it is loaded."""
        self.visit, self._loaded = Visit(), False
        self._call("Page.navigate", url=address)
        self._wait_until(lambda: self._loaded, f"{address} to load")
        return self.visit

    def click(self, selector: str) -> Visit:
        self.visit, self._loaded = Visit(), False
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        self._wait_until(lambda: self._loaded, f"the page behind {selector}")
        return self.visit

    def evaluate(self, script: str) -> Any:
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            pytest.fail(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def text(self) -> str:
        return " ".join(str(self.evaluate("document.body.innerText")).replace("\N{NARROW NO-BREAK SPACE}", " ").split())

    def wait_for_text(self, *awaited: str) -> str:
        """The text once it holds all awaited parts."""
        seen = ""

        def complete() -> bool:
            nonlocal seen
            seen = self.text()
            return all(words in seen for words in awaited)

        self._wait_until(complete, f"{awaited} in {self.evaluate('location.href')}")
        return seen

    def links(self) -> dict[str, str]:
        return dict(self.evaluate("Array.from(document.links, link => [link.innerText.trim(), link.href])"))

    def wait_for_links(self, *awaited: str) -> dict[str, str]:
        """The links once these texts are among them."""
        seen: dict[str, str] = {}

        def complete() -> bool:
            nonlocal seen
            seen = self.links()
            return seen.keys() >= set(awaited)

        self._wait_until(complete, f"links {awaited} in {self.evaluate('location.href')}")
        return seen

    def overflow(self) -> int:
        """Pixels."""
        return int(self.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def least_contrast(self) -> float:
        """Text to background, 1 to 21, by WCAG."""
        return float(self.evaluate(_LEAST_CONTRAST))

    def type(self, text: str) -> None:
        self._call("Input.insertText", text=text)

    def press_enter(self) -> None:
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        self._call("Input.dispatchKeyEvent", type="keyDown", text="\r", **key)
        self._call("Input.dispatchKeyEvent", type="keyUp", **key)

    def resize(self, width: int, height: int) -> None:
        """In pixels."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def prefer(self, scheme: str) -> None:
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file: Path) -> None:
        picture = self._call("Page.captureScreenshot", captureBeyondViewport=False)["data"]
        file.write_bytes(base64.b64decode(picture))

    def pdf(self) -> bytes:
        return base64.b64decode(self._call("Page.printToPDF", printBackground=True)["data"])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            message = json.loads(self._socket.recv(timeout=max(0.0, deadline - time.monotonic())))
            if message.get("id") != number:
                self._remember(message)
            elif "error" in message:
                pytest.fail(f"{method}: {message['error']}")
            else:
                return dict(message["result"])

    def _wait_until(self, holds: Callable[[], bool], awaited: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                pytest.fail(f"waited {_PATIENCE_SECONDS:.0f} s in vain for {awaited}. The page shows: {self.text()[:2_000]}")
            try:
                self._remember(json.loads(self._socket.recv(timeout=0.1)))
            except TimeoutError:
                continue

    def _remember(self, event: dict[str, Any]) -> None:
        told = event.get("params", {})
        match event.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self._addresses[told["requestId"]] = told["request"]["url"]
                self.visit.asked.append(told["request"]["url"])
            case "Network.webSocketCreated":
                self.visit.asked.append(told["url"])
            case "Network.responseReceived" if told["response"]["status"] >= 400:
                self.visit.failed.append(f"{told['response']['url']}: {told['response']['status']}")
            case "Network.loadingFailed" if not told.get("canceled"):
                self.visit.failed.append(f"{self._addresses.get(told['requestId'])}: {told['errorText']}")
            case "Runtime.consoleAPICalled" if told["type"] in {"error", "warning", "assert"}:
                self.visit.console.append(" ".join(str(argument.get("value", argument.get("description"))) for argument in told["args"]))
            case "Runtime.exceptionThrown":
                self.visit.console.append(str(told["exceptionDetails"]))
            case "Log.entryAdded" if told["entry"]["level"] in {"error", "warning"}:
                self.visit.console.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")


@contextmanager
def chromium(profile: Path) -> Iterator[Tab]:
    """The tab of a browser with its own profile. Without Chromium the test fails."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail("These tests look at pages in Chromium, and none is installed. Next: apt-get install chromium.", pytrace=False)
    process = subprocess.Popen(
        [program, *_QUIET, f"--user-data-dir={profile}", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with connect(_tab_address(process, profile), max_size=None, proxy=None) as socket:
            yield Tab(socket)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _tab_address(process: subprocess.Popen[bytes], profile: Path) -> str:
    """The browser writes its port into the profile."""
    announced = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"Chromium ended with {process.returncode} before it listened.", pytrace=False)
        if announced.exists() and (port := announced.read_text().partition("\n")[0]):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [target for target in json.load(answer) if target["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    pytest.fail("Chromium opened no page", pytrace=False)
