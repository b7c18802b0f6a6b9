"""A server that answers anything: one typed error that says what is wrong, an end, and bounded memory."""

import gzip
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.operations.client import Confluence
from publisher.confluence.settings import Network, RetryPolicy
from publisher.errors import BadAnswer, RemoteError, Uncertain, Unreachable

Answer = Callable[[str], Iterator[bytes]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Raw bytes over a real socket. ``answer``: the request line → the pieces that are sent."""
    server = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            for part in answer(head.split(b"\r\n", 1)[0].decode()):
                if stopped.is_set():
                    return
                connection.sendall(part)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        stopped.set()
        server.close()


def whole(body: bytes, *headers: str, status: str = "200 OK", media: str = "application/json") -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {media}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(*parts: bytes) -> Answer:
    return lambda line: iter(parts)


def forever(begin: bytes, again: bytes, pause: float = 0.0) -> Answer:
    def answer(line: str) -> Iterator[bytes]:
        yield begin
        while True:
            if pause:
                threading.Event().wait(pause)
            yield again

    return answer


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
LIST = {"results": [{"id": "1", "title": "T", "version": {"number": 1}}]}


def listing(value: object) -> bytes:
    return whole(json.dumps(value).encode())


#: What is sent → what the message says.
BROKEN: dict[str, tuple[Answer, str]] = {
    "a list": (always(listing([])), "must be an object, and is a list"),
    "a string": (always(listing("x")), "must be an object, and is a string"),
    "a number": (always(listing(3)), "must be an object, and is a number"),
    "null": (always(listing(None)), "must be an object"),
    "no results": (always(listing({})), "'results' must be a list, and is missing"),
    "results are an object": (always(listing({"results": {}})), "'results' must be a list, and is an object"),
    "a row is a string": (always(listing({"results": ["x"]})), "must be an object, and is a string"),
    "links are a list": (always(listing({**LIST, "_links": []})), "'_links.next' must be an object on its way"),
    "next is a number": (always(listing({**LIST, "_links": {"next": 5}})), "'_links.next' must be a string"),
    "next is another host": (always(listing({**LIST, "_links": {"next": "@evil.example/x"}})), "not an address"),
    "next is no address": (always(listing({**LIST, "_links": {"next": "/api/v2/x\x00\n"}})), "not an address"),
    "empty": (always(whole(b"")), "is empty"),
    "blanks": (always(whole(b"  \n ")), "is empty"),
    "204": (always(b"HTTP/1.1 204 No Content\r\n\r\n"), "is empty"),
    "NaN": (always(whole(b'{"results": [{"id": NaN}]}')), "NaN"),
    "Infinity": (always(whole(b'{"results": [{"id": -Infinity}]}')), "Infinity"),
    "a huge float": (always(whole(b'{"results": [{"id": 1e999}]}')), "too large"),
    "a huge number": (always(whole(b'{"results": [{"id": ' + b"9" * 9000 + b"}]}")), "too long"),
    "deep lists": (always(whole(b"[" * 100_000 + b"]" * 100_000)), "nested too deep"),
    "deep objects": (always(whole(b'{"a":' * 500 + b"1" + b"}" * 500)), "nested too deep"),
    "a million objects": (always(whole(b'{"results":[' + b"{}," * 1_100_000 + b"{}]}")), "more than 1000000"),
    "half a surrogate": (always(whole(b'{"results": [{"id": "1", "title": "\\ud83d"}]}')), "half of a character"),
    "not UTF-8": (always(whole(b'{"results": [{"id": "\xff"}]}')), "not UTF-8"),
    "encoded surrogate": (always(whole(b'{"results": [{"id": "\xed\xa0\x80"}]}')), "not UTF-8"),
    "cut off": (always(whole(b'{"results": [')), "not JSON"),
    "HTML": (always(whole(b"<html><title>Hello</title></html>", media="text/html")), "'Hello'"),
    "a login page": (always(whole(b"<html><form>SAMLRequest</form></html>", media="text/html")), "single sign-on"),
    "a redirect to a login": (
        always(whole(b"", "Location: https://sso.example/login", status="302 Found")), "login page"),
    "a redirect to no address": (always(whole(b"", "Location: /\x7f", status="302 Found")), "CONFLUENCE_URL right"),
    "a redirect to half an address": (always(whole(b"", "Location: http://[::1", status="302 Found")), "CONFLUENCE_URL right"),
    "broken gzip": (always(whole(b"\x1f\x8b garbage", "Content-Encoding: gzip")), "compression is broken"),
    "half a gzip": (always(whole(gzip.compress(b"{}" * 999)[:20], "Content-Encoding: gzip")), "ends too early"),
    "no gzip": (always(whole(b"{}", "Content-Encoding: gzip")), "compression is broken"),
    "another compression": (always(whole(b"{}", "Content-Encoding: br")), "'br'"),
    "a gzip bomb": (always(whole(gzip.compress(b" " * 300_000_000, 1), "Content-Encoding: gzip")), "larger than 32 MiB"),
    "a deflate bomb": (always(whole(zlib.compress(b" " * 300_000_000, 1), "Content-Encoding: deflate")), "larger than"),
    "no end": (forever(CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n"), "larger than 32 MiB"),
    "a byte at a time": (forever(CHUNKED, b"1\r\n \r\n", 0.02), "takes too long"),
    "endless headers": (forever(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "no answer"),
    "headers at a time": (forever(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.02), "takes too long"),
    "endless chunk size": (forever(CHUNKED, b"0"), "no answer"),
    "endless trailers": (forever(CHUNKED + b"0\r\n", b"X-A: b\r\n", 0.02), "takes too long"),
    "endless 100 Continue": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02), "takes too long"),
    "no HTTP": (always(b"SSH-2.0-OpenSSH_9.6\r\n"), "no answer"),
    "cut body": (always(whole(b'{"results": []}')[:-5]), "no answer"),
    "two lengths": (always(whole(b"{}", "Content-Length: 7")), "no answer"),
    "silence": (forever(b"", b"", 0.05), "no answer"),
    "status 999": (always(whole(b"{}", status="999 What")), "999"),
}  # fmt: skip


def client_for(address: str, *, waits: bool = True) -> Client:
    """``waits``: the answer does not end, so that the time limit is what is tried; else it is long, for a busy machine."""
    policy = RetryPolicy(retries=0, first_wait=0.0, give_up_after=1.0 if waits else 30.0)
    network = Network(timeout=0.2 if waits else 15.0)
    return Client(address, Login("", "t"), policy=policy, network=network, sleep=lambda seconds: None)


@pytest.mark.parametrize("form", BROKEN)
def test_a_broken_answer_is_one_error_that_says_what_is_wrong(form: str) -> None:
    answer, words = BROKEN[form]
    with serving(answer) as address:
        client = client_for(address, waits=words in {"no answer", "takes too long"})
        with pytest.raises(RemoteError, match=words) as caught:
            rows = Confluence(client).run("page list")
            assert isinstance(rows, Iterator)
            list(rows)
        client.close()
    assert caught.value.exit_code == 5 and "\n" not in str(caught.value)
    assert isinstance(caught.value, Unreachable) or form == "status 999"


@pytest.mark.parametrize(
    "date", ["yesterday", "Thu, 99 Foo 99999 99:99:99 GMT", "", "0", "Thu, 01 Jan 0000 00:00:00 GMT"]
)
def test_a_bad_date_is_no_matter(date: str) -> None:
    with serving(always(whole(b'{"results": []}', f"Date: {date}"))) as address:
        client = client_for(address)
        assert list(client.pages_of("/x", {})) == []
        client.close()


WRONG_TYPES: dict[str, dict[str, object]] = {
    "version is a string": {"version": "3"},
    "number is a string": {"version": {"number": "three"}},
    "id is an object": {"id": {}},
    "id is missing": {"id": None},
    "title is a number": {"title": 7},
    "title is missing": {"title": None},
    "body is a list": {"body": []},
    "value is a number": {"body": {"storage": {"value": 5}}},
}


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
@pytest.mark.parametrize("form", WRONG_TYPES)
def test_wrong_types_in_a_page_are_named(form: str, flavor: str, tmp_path: Path) -> None:
    """Through the operation and through the port that publishing uses."""
    from publisher.model.snapshot import ContentRef
    from publisher.remote.cloud import CloudRemote
    from publisher.remote.datacenter import DataCenterRemote

    page: dict[str, object] = {"id": "1", "type": "page", "status": "current", "title": "T", "version": {"number": 1},
            "body": {"storage": {"value": "<p/>"}}, "space": {"key": "D"}}  # fmt: skip
    changed = {**page, **WRONG_TYPES[form]}
    with serving(always(listing(changed))) as address:
        client = client_for(address)
        remote = (DataCenterRemote if flavor == "datacenter" else CloudRemote)(client, address, 1)
        with pytest.raises(BadAnswer, match="must be"):
            remote.read_body(ContentRef("1"))
        with suppress(BadAnswer):
            Confluence(client, flavor).run("page update", page="1", title="U")
        client.close()


def test_a_list_that_circles_ends() -> None:
    asked: list[str] = []

    def answer(line: str) -> Iterator[bytes]:
        asked.append(line)
        cursor = "a" if "cursor=b" in line else "b"
        yield listing({"results": [{"id": cursor}], "_links": {"next": f"/wiki/api/v2/pages?cursor={cursor}"}})

    with serving(answer) as address:
        client = client_for(address)
        with pytest.raises(BadAnswer, match="leads in a circle"):
            list(client.pages_of("/api/v2/pages", {}))
        client.close()
    assert len(asked) == 3


@pytest.mark.parametrize("rows", [[{"id": "1"}], []])
def test_ever_new_cursors_that_give_nothing_new_end(rows: list[object]) -> None:
    asked: list[str] = []

    def answer(line: str) -> Iterator[bytes]:
        asked.append(line)
        yield listing({"results": rows, "_links": {"next": f"/wiki/api/v2/pages?cursor={len(asked)}"}})

    with serving(answer) as address:
        client = client_for(address)
        with pytest.raises(BadAnswer, match="leads in a circle"):
            list(client.pages_of("/api/v2/pages", {}))
        client.close()
    assert len(asked) < 30


@pytest.mark.parametrize("target", ["/again", "http://[", "ftp://x/y", "http://a b/", "//", "/\x7f"])
def test_a_download_that_leads_nowhere_ends(target: str) -> None:
    with serving(always(whole(b"", f"Location: {target}", status="302 Found"))) as address:
        client = client_for(address)
        with pytest.raises(RemoteError):
            client.download("/file")
        client.close()


def test_a_download_that_breaks_off_or_explodes_ends() -> None:
    bomb = whole(gzip.compress(b" " * 9_000_000, 1)[:-9], "Content-Encoding: gzip")
    for sent in (whole(b"x" * 99)[:-9], bomb):
        with serving(always(sent)) as address:
            client = client_for(address)
            with pytest.raises(Unreachable, match=r"broke off|ends too early"):
                client.download("/file")
            client.close()


def test_a_write_with_a_broken_answer_is_uncertain_and_is_not_sent_twice() -> None:
    asked: list[str] = []

    def answer(line: str) -> Iterator[bytes]:
        asked.append(line)
        yield whole(b"\x1f\x8b garbage", "Content-Encoding: gzip")

    with serving(answer) as address:
        client = client_for(address)
        with pytest.raises(Uncertain, match="compression is broken"):
            client.request("POST", "/api/v2/pages", json={})
        client.close()
    assert len(asked) == 1


def test_an_error_body_of_any_shape_is_one_line() -> None:
    for body in (b"[[[]]]", b'{"errors": "x"}', b'{"errors": [7, null]}', b'{"message": {"a": 1}}', b"\xff\xfe", b"",
                 b'{"errors": [{"title": "a\\nb\\u001b[31m::stop-commands::x"}]}', b"[" * 9999,
                 b'{"data": {"errors": [{"message": {"translation": "Falsch"}}]}}'):  # fmt: skip
        with serving(always(whole(body, status="400 Bad Request"))) as address:
            client = client_for(address)
            with pytest.raises(RemoteError) as caught:
                client.request("GET", "/api/v2/pages/1")
            client.close()
        text = str(caught.value)
        assert "400" in text and "\n" not in text and "\x1b" not in text and len(text) < 800


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
@pytest.mark.parametrize(
    "form", ["a gzip bomb", "a million objects", "no end", "a list", "half a surrogate", "silence"]
)
def test_a_command_ends_with_5_in_bounded_memory(form: str, tmp_path: Path) -> None:
    """The whole program, with 700 MB of address space."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (700_000_000, 700_000_000))

    (tmp_path / "a.md").write_text("# A\n")
    environment = {**os.environ, "CONFLUENCE_TOKEN": "t", "CONFLUENCE_USER": "u", "CONFLUENCE_SPACE": "X",
                   "PUBLISHER_RETRIES": "1", "PUBLISHER_RETRY_WAIT": "0.01", "CONFLUENCE_TIMEOUT": "0.3"}  # fmt: skip
    with serving(BROKEN[form][0]) as address:
        command = [sys.executable, "-m", "publisher", "publish", str(tmp_path), "--url", f"{address}/wiki",
                   "--flavor", "cloud", "--timeout", "0.3"]  # fmt: skip
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, preexec_fn=limit, timeout=60
        )
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr and done.stderr.startswith("publisher: ")
