"""The browser starts as it must, or says why not; and what has no gate reaches nobody."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Error as PlaywrightError

from complain.browser import chromium
from complain.browser.certificates import public_key_hashes
from complain.browser.driver import driver_watch
from complain.browser.installed import installed_browsers
from complain.browser.launch import BrowserRun, BrowserSettings, find_browser
from complain.browser.process import BrowserProcess, end_process, process_alive, started_mark, wait_until_gone
from complain.errors import BrowserUnavailable, GuardUnavailable, UsageError
from fakes import faults
from fakes.browsing import Browsing, browsing, open_form, ticket_policy
from fakes.fault_desk import FaultDesk, TestAuthority
from fakes.proxy import own_proxy

browser_test = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Generator[Browsing]:
    with browsing() as running:
        yield running


@pytest.fixture
def desk() -> Iterator[FaultDesk]:
    with FaultDesk() as running:
        faults.furnish(running, faults.see_other)
        yield running


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{textwrap.dedent(script)}", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def no_sandbox_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BrowserSettings:
    """A browser that starts without its sandbox only, and a person who is not root."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    words = "[1:1:FATAL:zygote_host_impl_linux.cc] No usable sandbox! Update your kernel."
    real = next(installed_browsers())
    script = f'case "$*" in *--no-sandbox*) exec {real} "$@";; esac; echo "{words}" >&2; exit 1'
    return BrowserSettings(path=str(program(tmp_path / "chromium", script)))


def test_a_configured_browser_that_is_not_there_is_named() -> None:
    with pytest.raises(BrowserUnavailable, match="/nowhere/chrome"):
        find_browser(BrowserSettings(path="/nowhere/chrome"))


def test_an_installed_browser_is_found_before_playwrights_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own" / "chromium-1200" / "chrome-linux" / "chrome"
    own.parent.mkdir(parents=True)
    program(own, "exit 0")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser(BrowserSettings()) == own
    edge = program(tmp_path / "microsoft-edge", "exit 0")
    assert find_browser(BrowserSettings()) == edge
    chrome = program(tmp_path / "google-chrome", "exit 0")
    assert find_browser(BrowserSettings()) == chrome


def test_without_any_browser_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrowserUnavailable) as raised:
        asyncio.run(start_and_stop(BrowserSettings()))
    assert raised.value.next_step == "complain browser install"


async def start_and_stop(settings: BrowserSettings) -> BrowserRun:
    async with BrowserRun.start(settings) as run:
        return run


@browser_test
def test_a_browser_that_cannot_have_its_sandbox_is_not_started_for_a_real_filing(
    no_sandbox_here: BrowserSettings,
) -> None:
    with pytest.raises(BrowserUnavailable, match="sandbox") as raised:
        asyncio.run(start_and_stop(no_sandbox_here))
    assert 'sandbox = "off"' in raised.value.next_step


@browser_test
@pytest.mark.parametrize("wish", [{"practice": True}, {"sandbox": "off"}], ids=["practice", "switched off"])
def test_it_is_started_without_when_practising_or_asked_to_and_says_so(
    no_sandbox_here: BrowserSettings, wish: dict[str, object]
) -> None:
    from dataclasses import replace

    run = asyncio.run(start_and_stop(replace(no_sandbox_here, **wish)))  # type: ignore[arg-type]
    assert not run.description.sandbox
    assert len(run.description.warnings) == 1


@browser_test
@pytest.mark.parametrize("switch", ["--disable-http2", "--disable-quic", "--proxy-server"])
def test_a_browser_that_does_not_take_a_switch_is_not_used(tmp_path: Path, switch: str) -> None:
    real = next(installed_browsers())
    script = f"""\
        for one in "$@"; do shift; case "$one" in {switch}*) ;; *) set -- "$@" "$one";; esac; done
        exec {real} "$@"
        """
    with pytest.raises(GuardUnavailable):
        asyncio.run(start_and_stop(BrowserSettings(path=str(program(tmp_path / "chromium", script)))))


@browser_test
def test_the_last_list_of_features_holds_all_that_playwright_switches_off(browser: Browsing) -> None:
    process = browser.run.process.pid
    line = Path(f"/proc/{process}/cmdline").read_bytes().decode()
    arguments = line.replace(
        "\0", " "
    ).split()  # where a bus is named, Chromium writes its title over the list
    lists = [one.partition("=")[2] for one in arguments if one.startswith("--disable-features=")]
    assert len(lists) >= 2
    assert set(lists[0].split(",")) <= set(lists[-1].split(","))


@browser_test
def test_a_context_without_a_gate_reaches_nobody(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        context = await browser.run._browser.new_context()
        page = await context.new_page()
        with pytest.raises(PlaywrightError, match=r"ERR_PROXY|ERR_SOCKS|ERR_CONNECTION|ERR_FAILED"):
            await page.goto(desk.url("/tickets/"))
        await context.close()

    browser.wait(work())
    assert desk.connections == 0


@browser_test
def test_a_context_that_goes_round_its_gate_is_not_used(
    browser: Browsing, desk: FaultDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = BrowserRun._context_options

    def without_proxy(*arguments: object) -> dict[str, object]:
        return options(*arguments) | {"proxy": None}  # type: ignore[arg-type]

    monkeypatch.setattr(BrowserRun, "_context_options", without_proxy)
    with pytest.raises(GuardUnavailable):
        browser.wait(open_form(browser.run, ticket_policy(desk.origin)))
    assert desk.connections == 0


@browser_test
def test_variables_that_open_a_way_round_or_print_values_are_hidden_and_given_back(
    desk: FaultDesk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_DISABLE_FORCED_CHROMIUM_PROXIED_LOOPBACK", "1")
    monkeypatch.setenv("DEBUG", "pw:*")

    async def work(browser: Browsing) -> None:
        egress, page = await open_form(browser.run, ticket_policy(desk.origin))
        await page.fill("[name=title]", "13800138000")
        assert egress.hosts_contacted == (f"127.0.0.1:{desk.port}",)

    with browsing() as browser:
        browser.wait(work(browser))
    assert os.environ["DEBUG"] == "pw:*"
    said = capfd.readouterr()
    assert "13800138000" not in said.out + said.err


@browser_test
def test_the_browsers_process_is_known_and_ends_with_the_run(desk: FaultDesk) -> None:
    with browsing() as browser:
        process = browser.run.process
        assert process_alive(process)
        assert not process_alive(BrowserProcess(process.pid, "another start"))
        name = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        assert "chrom" in name
        assert "--type=" not in name
    assert wait_until_gone(process, 5.0)


@browser_test
def test_a_browser_left_behind_can_be_ended(desk: FaultDesk) -> None:
    """The gate dies with this process; the browser itself may need a push."""
    code = """
        import asyncio, os, sys
        from complain.browser.launch import BrowserRun, BrowserSettings
        async def work():
            async with BrowserRun.start(BrowserSettings()) as run:
                print(run.process.pid, run.process.started, flush=True)
                os._exit(9)
        asyncio.run(work())
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    pid, started = done.stdout.split()
    process = BrowserProcess(int(pid), started)
    assert end_process(process)
    assert not process_alive(process)


def test_a_process_that_is_no_child_or_gone_is_told_from_a_later_one() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        mark = started_mark(child.pid)
        assert mark is not None
        assert process_alive(BrowserProcess(child.pid, mark))
        child.kill()
        child.wait()
        assert not process_alive(BrowserProcess(child.pid, mark))


@browser_test
@pytest.mark.parametrize("attempt", range(3))
def test_a_driver_that_is_killed_takes_what_was_held_with_it(desk: FaultDesk, attempt: int) -> None:
    """Interception ends with the driver, a moment before the browser does: seen to let a held write go."""
    code = f"""
        import asyncio, os, signal, sys
        from fakes.browsing import open_form, ticket_policy
        from complain.browser.launch import BrowserRun, BrowserSettings
        from complain.browser.process import parent_of, process_alive
        async def work():
            async with BrowserRun.start(BrowserSettings()) as run:
                _, page = await open_form(run, ticket_policy({desk.origin!r}), dry_run=True)
                await page.evaluate('''() => {{
                  addEventListener('pagehide', () => navigator.sendBeacon('/sent', 'x'));
                  setInterval(() => fetch('/sent', {{ method: 'POST', body: 'x', keepalive: true }}).catch(() => 0), 2);
                }}''')
                await asyncio.sleep(0.2)
                driver = run.process.pid
                while parent_of(driver) != os.getpid():
                    driver = parent_of(driver)
                os.kill(driver, signal.SIGKILL)
                while process_alive(run.process):
                    await asyncio.sleep(0.02)
                print('gone', flush=True)
                os._exit(0)
        asyncio.run(work())
        """
    where = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": where},
    )
    assert done.stdout == "gone\n", done.stderr
    assert desk.writes() == []


@browser_test
def test_the_drivers_end_is_noticed_before_anything_else_is_passed_on(browser: Browsing) -> None:
    assert driver_watch(browser.run.process.pid)()
    with subprocess.Popen(["sleep", "60"]) as child:
        watch = driver_watch(child.pid)
        assert watch()
        child.kill()
        while watch():
            pass
        assert not watch()


@browser_test
def test_ctrl_c_does_not_end_the_browser(desk: FaultDesk) -> None:
    """During a commit Ctrl-C waits for the settlement: the engine decides, not the browser."""
    code = f"""
        import asyncio, os, signal
        from fakes.browsing import open_form, ticket_policy
        from complain.browser.launch import BrowserRun, BrowserSettings
        async def work():
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: print('asked', flush=True))
            async with BrowserRun.start(BrowserSettings()) as run:
                _, page = await open_form(run, ticket_policy({desk.origin!r}))
                os.killpg(0, signal.SIGINT)
                await page.reload()
                print(await page.title(), flush=True)
        asyncio.run(work())
        """
    where = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": where},
    )
    assert done.stdout == "asked\n工单\n", done.stderr


@browser_test
@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_a_filing_goes_through_the_persons_own_proxy(tmp_path: Path, kind: str) -> None:
    authority = TestAuthority(tmp_path, "desk.example")

    async def work(desk: FaultDesk) -> list[tuple[str, int]]:
        async with own_proxy(kind, {"desk.example": desk.port}) as proxy:
            settings = BrowserSettings(extra_ca=authority.pem, proxy=f"{kind}://127.0.0.1:{proxy.port}")
            async with BrowserRun.start(settings) as run:
                egress, page = await open_form(run, ticket_policy("https://desk.example"))
                commit = await egress.arm()
                await page.click("#go", no_wait_after=True)
                assert await commit.wait_answered(40.0)
                await page.get_by_text(faults.NUMBER).wait_for()
                await commit.disarm()
                assert commit.clean
            return proxy.asked

    with FaultDesk(authority) as desk:
        faults.furnish(desk, faults.see_other)
        asked = asyncio.run(work(desk))
        assert set(asked) == {("desk.example", 443)}
        assert len(desk.stored) == 1


@browser_test
def test_keys_of_tls_connections_are_not_written_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, keys = TestAuthority(tmp_path), tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    with FaultDesk(authority) as desk:
        faults.furnish(desk, faults.see_other)
        with browsing(BrowserSettings(extra_ca=authority.pem)) as browser:
            browser.wait(open_form(browser.run, ticket_policy(desk.origin)))
        assert desk.received
    assert not keys.exists()


@browser_test
def test_a_browser_without_a_window_leaves_the_desktops_bus_alone(
    desk: FaultDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red, after the time that a launch may take, when the browser waited for a bus that never answers."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        bus.setblocking(False)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
        with browsing() as browser:
            browser.wait(open_form(browser.run, ticket_policy(desk.origin)))
        with pytest.raises(BlockingIOError):
            bus.accept()


@browser_test
def test_a_certificate_of_nobody_known_is_not_accepted(browser: Browsing, tmp_path: Path) -> None:
    with FaultDesk(TestAuthority(tmp_path)) as desk, pytest.raises(PlaywrightError, match="CERT"):
        browser.wait(open_form(browser.run, ticket_policy(desk.origin)))


def test_a_proxy_that_cannot_be_understood_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as raised:
        asyncio.run(start_and_stop(BrowserSettings(proxy="gopher://user:secret@127.0.0.1:1")))
    assert "secret" not in str(raised.value) + raised.value.next_step


def test_the_hash_of_a_public_key_is_the_one_that_chromium_computes(tmp_path: Path) -> None:
    authority = TestAuthority(tmp_path)
    certificate = x509.load_pem_x509_certificate(authority.pem.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert public_key_hashes(authority.pem) == (base64.b64encode(hashlib.sha256(key).digest()).decode(),)


def test_switches_never_name_the_persons_own_proxy() -> None:
    settings = BrowserSettings(proxy="socks5://user:secret@127.0.0.1:1080")
    assert "secret" not in " ".join(chromium.switches(settings))
