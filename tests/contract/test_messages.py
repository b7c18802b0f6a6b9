"""What went wrong, with what, and what to do: each refusal of Confluence, of a proxy and of TLS has words of its own."""

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme
from click.testing import CliRunner
from msgspec.structs import replace

from publisher.cli.main import cli
from publisher.confluence.network import NetworkTransport, make_ssl_context
from publisher.confluence.settings import Network
from publisher.errors import UsageError
from publisher.sandbox.app import running

Reply = tuple[int, dict[str, str], bytes]
WHO = (200, {"Content-Type": "application/json"}, json.dumps({"accountId": "1", "displayName": "Me"}).encode())
HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}


@contextmanager
def answering(answer: Callable[[str, str], Reply], context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server whose answer follows from method and path."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, body = answer(self.command, self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = handle_any

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http{'s' if context else ''}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "ALL_PROXY",
        "https_proxy",
        "http_proxy",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CONFLUENCE_USER", "me@example.com")
    monkeypatch.setenv("CONFLUENCE_TOKEN", "s3cret-token")
    monkeypatch.setenv("PUBLISHER_RETRIES", "1")
    monkeypatch.setenv("PUBLISHER_RETRY_WAIT", "0.01")
    monkeypatch.chdir(tmp_path)


def run(url: str, *words: str, code: int = 5) -> str:
    result = CliRunner().invoke(cli, [*words, "--url", url, "--flavor", "cloud"])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == code, result.output
    assert "s3cret" not in result.output and "Traceback" not in result.output
    return result.output


def page(reply: Reply) -> Callable[[str, str], Reply]:
    """The login is good; everything else has this answer."""
    return lambda method, path: WHO if "/user/current" in path else reply


V1_403 = json.dumps({"statusCode": 403, "message": "User not permitted to view page"}).encode()
XSRF = (403, HTML, b"<html><body>XSRF check failed</body></html>")
SSO = (200, HTML, b"<html><head><title>Sign in to Acme</title></head><form><input type='password'></form></html>")
CASES: dict[str, tuple[Reply, tuple[str, ...], tuple[str, ...]]] = {
    "404": ((404, JSON, b'{"errors":[{"status":404,"code":"NOT_FOUND","title":"No page","detail":"id 7"}]}'),
            ("No page: id 7",), ()),
    "413": ((413, HTML, b"<html><title>413 Request Entity Too Large</title></html>"), ("413", "5 MB"), ("JSON",)),
    "503": ((503, HTML, b"<html><title>Down for maintenance</title></html>"), ("503", "maintenance", "try again"), ("JSON",)),
    "SSO": (SSO, ("login page", "Sign in to Acme", "CONFLUENCE_URL"), ()),
    "SSO by a redirect": ((302, {"Location": "https://login.example/saml"}, b""), ("login page", "login.example"), ()),
    "XSRF": (XSRF, ("XSRF", "User-Agent"), ("refuses the login",)),
    "captcha": ((403, {**HTML, "X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}, b"<html/>"), ("CAPTCHA",), ()),
    "409 of a draft": ((409, JSON, b'{"errors":[{"title":"There is an unpublished draft of this page"}]}'),
                       ("unpublished draft",), ()),
    "v1 in another language": (
        (400, JSON, json.dumps({"statusCode": 400, "message": "", "data": {"errors": [
            {"message": {"key": "page.title.already.exists", "translation": "Titel ist vergeben"}}]}}).encode()),
        ("Titel ist vergeben",), ()),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_refusal_says_what_it_is(case: str) -> None:
    reply, words, never = CASES[case]
    with answering(page(reply)) as url:
        text = run(url, "page", "delete", "7", "--yes")
    assert all(word in text for word in words), text
    assert not [word for word in never if word in text], text


def test_403_on_one_page_is_no_refused_login() -> None:
    """Once anything was allowed in this session, the login is good."""

    def answer(method: str, path: str) -> Reply:
        if "/spaces" in path:
            return 200, JSON, json.dumps({"results": [{"id": "5", "key": "D"}]}).encode()
        return WHO if "/user/current" in path else (403, JSON, V1_403)

    with answering(answer) as url:
        text = run(url, "page", "create", "--space", "D", "--title", "T")
    assert "may not do that: User not permitted" in text and "refuses the login" not in text


def test_a_title_that_is_taken_is_recognised_by_its_key() -> None:
    from publisher.confluence.client import Client
    from publisher.errors import TitleTaken

    with answering(page(CASES["v1 in another language"][0])) as url:
        client = Client(url)
        with pytest.raises(TitleTaken):
            client.request("POST", "/rest/api/content", json={})
        client.close()


@pytest.mark.parametrize("url", ["not a url", "https://a b", "https://[", "mailto:x@y.z"])
def test_what_is_no_url_is_a_usage_error(url: str) -> None:
    assert "CONFLUENCE_URL" in run(url, "space", "list", code=2)


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate of a CA that nobody knows, and the CA's file."""
    made = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("localhost").configure_cert(context)
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return context, file


SPACES = (200, JSON, json.dumps({"results": [{"id": "5", "key": "SAFE"}]}).encode())


def test_an_unknown_ca_names_the_variable(authority: tuple[ssl.SSLContext, Path]) -> None:
    with answering(page(SPACES), authority[0]) as url:
        text = run(url, "space", "list")
    assert "CONFLUENCE_CA_BUNDLE" in text and "not trusted" in text and "retry" not in text


@pytest.mark.parametrize("name", ["CONFLUENCE_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_ca_of_the_environment_is_trusted(
    name: str, authority: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(authority[1]))
    with answering(page(SPACES), authority[0]) as url:
        assert "SAFE" in run(url, "space", "list", code=0)
    monkeypatch.setenv(name, "/nowhere/ca.pem")
    assert name in run("https://localhost:9", "space", "list", code=2)


def test_certificates_are_read_for_https_only_and_once(
    authority: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be read is no matter where nothing is encrypted; clients with the same settings share a context."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with answering(page(SPACES)) as plain, answering(page(SPACES), authority[0]) as encrypted:
        transport = NetworkTransport(Network(ca_bundle="/nowhere/ca.pem"))
        assert httpx.Client(transport=transport).get(plain + "/wiki").status_code == 200
        with pytest.raises(UsageError, match="CONFLUENCE_CA_BUNDLE"):
            httpx.Client(transport=transport).get(encrypted + "/wiki")
        both = httpx.Client(transport=NetworkTransport(Network(ca_bundle=str(authority[1]))))
        assert [both.get(url + "/wiki").status_code for url in (plain, encrypted, plain)] == [200, 200, 200]
    ours = Network(ca_bundle=str(authority[1]))
    assert make_ssl_context(ours) is make_ssl_context(replace(ours, headers={"A": "b"}, proxy="http://p:1"))
    assert make_ssl_context(ours) is not make_ssl_context(replace(ours, insecure=True))


# Proxies


def dead_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("name", ["CONFLUENCE_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
def test_a_dead_proxy_is_named_without_its_password(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = dead_port()
    monkeypatch.setenv(name, f"http://user:s3cret@127.0.0.1:{port}")
    url = "http://wiki.example" if name == "HTTP_PROXY" else "https://wiki.example"
    text = run(url, "space", "list", *(["--allow-http"] if name == "HTTP_PROXY" else []))
    assert f"127.0.0.1:{port}" in text and "proxy" in text


def test_a_proxy_is_used_and_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(page(SPACES)) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        assert "SAFE" in run("http://wiki.example", "space", "list", "--allow-http", code=0)
        monkeypatch.setenv("no_proxy", "wiki.example")
        assert "SAFE" not in run("http://wiki.example", "space", "list", "--allow-http")


@pytest.mark.parametrize("proxy", ["http://[", "ftp://x", "http://"])
def test_a_proxy_that_is_no_url(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_PROXY", proxy)
    assert "proxy" in run("https://wiki.example", "space", "list", code=2)


# Client commands


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, int], list[str]]]:
    """A sandbox with two pages that have comments; the log of requests."""
    with running(":memory:") as (address, store):
        space = store.create_space("DOCS", "Docs")["id"]
        one = store.create_page(space, {"title": "One", "body": "<p>words here</p>"})["id"]
        two = store.create_page(space, {"title": "Two", "body": "<p>x</p>"})["id"]
        store.create_footer_comment(one, "<p>f</p>")
        store.create_footer_comment(two, "<p>g</p>")
        store.create_inline_comment(one, "<p>i</p>", {"text": "words"})
        yield address + "/wiki", {"one": one, "two": two}, []


def test_comments_of_the_whole_site(site: tuple[str, dict[str, int], list[str]]) -> None:
    rows = json.loads(run(site[0], "comment", "list", "--format", "json", code=0))
    assert sorted(row["kind"] for row in rows) == ["footer", "footer", "inline"]
    assert all(row["authorId"] and row["createdAt"] for row in rows)
    assert len(json.loads(run(site[0], "comment", "list", "--kind", "inline", "--format", "json", code=0))) == 1


def test_a_page_is_moved_below_its_parent(site: tuple[str, dict[str, int], list[str]]) -> None:
    one, two = str(site[1]["one"]), str(site[1]["two"])
    moved = json.loads(run(site[0], "page", "move", two, "--parent", one, "--format", "json", code=0))
    assert moved["parentId"] == one
    assert "--parent" in run(site[0], "page", "move", two, code=2)
    assert "not with --parent" in run(site[0], "page", "move", two, "--parent", one, "--position", "after", code=2)


def test_a_limit_costs_two_requests(site: tuple[str, dict[str, int], list[str]]) -> None:
    text = run(site[0], "page", "list", "--space", "DOCS", "--limit", "1", "-v", code=0)
    assert text.count("GET /") == 2


def test_the_query_of_a_path_is_kept(site: tuple[str, dict[str, int], list[str]]) -> None:
    path = "/api/v2/pages?title=One"
    assert [row["title"] for row in json.loads(run(site[0], "api", "GET", path, code=0))["results"]] == ["One"]
    assert [row["title"] for row in json.loads(run(site[0], "api", "GET", path, "--paginate", code=0))] == ["One"]
    more = run(site[0], "api", "GET", path, "--field", "limit=1", "-v", code=0)
    assert "title=One&limit=1" in more


def test_a_restored_page_keeps_its_body(site: tuple[str, dict[str, int], list[str]]) -> None:
    one = str(site[1]["one"])
    run(site[0], "page", "delete", one, "--yes", code=0)
    run(site[0], "page", "restore", one, code=0)
    back = json.loads(run(site[0], "page", "get", one, "--format", "json", code=0))
    assert ">words<" in back["body"]["storage"]["value"] and back["status"] == "current"


def test_what_is_destroyed_is_said_before(site: tuple[str, dict[str, int], list[str]]) -> None:
    text = run(site[0], "page", "delete", str(site[1]["one"]), code=2)
    assert f"This deletes page {site[1]['one']}. Re-run with --yes to confirm." in text


def test_the_gateways_own_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONFLUENCE_USER")
    monkeypatch.delenv("CONFLUENCE_TOKEN")
    with running(":memory:", token="key-1") as (address, store):
        store.activate_connection(store.create_connection("confluence")["id"])
        for name, value in {"CONFLUENCE_GATEWAY": "maton", "MATON_API_KEY": "key-1", "MATON_GATEWAY_URL": address,
                            "MATON_CONTROL_URL": address}.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(cli, ["gateway", "sites", "--format", "json"])
        assert result.exit_code == 0, result.output
        sites = json.loads(result.output)
        assert sites[0]["id"] and sites[0]["url"].startswith("http")
        for path in ("/oauth/token/accessible-resources", "/confluence/oauth/token/accessible-resources"):
            result = CliRunner().invoke(cli, ["api", "GET", path])
            assert sites[0] in json.loads(result.output), result.output
        result = CliRunner().invoke(cli, ["api", "GET", "/connections?app=confluence"])
        assert result.exit_code == 0 and "connection_id" in result.output
        assert "session_token=secret" not in result.output
