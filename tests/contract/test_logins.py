"""Every login and address: where requests go, what they carry, and what is said when it is wrong."""

import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict, Unpack

import httpx
import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.confluence.addresses import split_address
from publisher.confluence.client import Client
from publisher.confluence.connect import connect
from publisher.confluence.credentials import Login
from publisher.confluence.network import make_ssl_context
from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.items import Item
from publisher.confluence.session import Session, Wire
from publisher.confluence.settings import ConnectionSettings, Network
from publisher.errors import LoginRefused, PublisherError, UsageError
from publisher.sandbox import Store, running
from publisher.sandbox.cloud import CLOUD_ID

SITE, API = "https://acme.atlassian.net", "https://api.atlassian.com"


class Internet(httpx.BaseTransport):
    """Every host leads to the sandbox; what was asked is kept. ``answers`` come before it: host and path → answer."""

    def __init__(self, address: str, store: Store) -> None:
        self.inner, self.address, self.store = httpx.HTTPTransport(), httpx.URL(address), store
        self.seen: list[httpx.Request] = []
        self.sessions: list[Session] = []
        self.answers: dict[str, Callable[[httpx.Request], httpx.Response]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        for start, answer in self.answers.items():
            if str(request.url).startswith(start):
                return answer(request)
        url = request.url.copy_with(scheme="http", host=self.address.host, port=self.address.port)
        request.read()
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        return self.inner.handle_request(httpx.Request(request.method, url, headers=headers, content=request.content))


@pytest.fixture
def internet() -> Iterator[Internet]:
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        found = Internet(address, store)
        yield found
        for session in found.sessions:
            session.close()
        found.inner.close()


class Given(TypedDict, total=False):
    """What a user sets of the connection."""

    url: str
    user: str
    token: str
    token_file: str
    client_id: str
    client_secret: str
    flavor: str
    gateway: str
    gateway_key: str
    gateway_url: str
    connection: str
    cloud_site: str
    network: Network
    url_from_file: bool
    trusted_hosts: tuple[str, ...]
    space: str


def login(internet: Internet, **values: Unpack[Given]) -> Session:
    internet.sessions.append(connect(ConnectionSettings(**values), Wire(transport=internet)))
    return internet.sessions[-1]


def who(session: Session) -> str:
    user = Confluence(session.client, session.flavor).run("user current")
    assert isinstance(user, Item)
    return str(user.get("displayName"))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://acme.atlassian.net", "https://acme.atlassian.net/wiki"),
        ("acme.atlassian.net/wiki/spaces/X/pages/1/T", "https://acme.atlassian.net/wiki"),
        (f"{API}/ex/confluence/{CLOUD_ID}", f"{API}/ex/confluence/{CLOUD_ID}/wiki"),
        ("https://wiki.acme.com", "https://wiki.acme.com"),
        ("https://acme.com:8443/confluence/display/X/Home", "https://acme.com:8443/confluence"),
        ("https://acme.com/confluence/pages/viewpage.action?pageId=1", "https://acme.com/confluence"),
        ("http://localhost:8090/wiki", "http://localhost:8090/wiki"),
        ("https://evilatlassian.net", "https://evilatlassian.net"),
    ],
)
def test_addresses(url: str, base: str) -> None:
    assert split_address(url)[0] == base


@pytest.mark.parametrize(
    "url",
    ["http://acme.atlassian.net", "ftp://x.y", "https://", "javascript:x", "not a url", "https://a b/c", "https://[::1",
     "https://x:port", "https://x..y", "//", "?", "https://\n", "https://exa{mple.com"],
)  # fmt: skip
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(UsageError):
        split_address(url)


def test_a_user_and_a_classic_token(internet: Internet) -> None:
    assert who(login(internet, url=SITE, user="a@b.c", token="good")) == "Sandbox"
    assert [request.url.host for request in internet.seen] == ["acme.atlassian.net"]
    assert internet.seen[0].headers["Authorization"].startswith("Basic ")


def test_a_scoped_token_of_a_user_is_refused_by_the_site_and_goes_through_the_api(internet: Internet) -> None:
    internet.answers[SITE + "/wiki"] = lambda request: httpx.Response(
        401, text="<html>Tomcat</html>", headers={"Content-Type": "text/html"}
    )
    session = login(internet, url=SITE, user="a@b.c", token="good")
    assert who(session) == "Sandbox"
    assert session.client.base == f"{API}/ex/confluence/{CLOUD_ID}/wiki"
    assert session.site == SITE + "/wiki"
    tenant = next(request for request in internet.seen if "tenant_info" in request.url.path)
    assert "Authorization" not in tenant.headers


def test_a_service_account_goes_through_the_api_at_once(internet: Internet) -> None:
    session = login(internet, url=SITE, token="good")
    assert who(session) == "Sandbox"
    assert [request.url.host for request in internet.seen] == ["acme.atlassian.net", "api.atlassian.com"]
    assert internet.seen[1].headers["Authorization"] == "Bearer good"


def test_oauth_client_credentials(internet: Internet) -> None:
    session = login(internet, url=SITE, client_id="id", client_secret="secret")
    assert who(session) == who(session) == "Sandbox"
    tokens = [request for request in internet.seen if request.url.host == "auth.atlassian.com"]
    assert len(tokens) == 1 and json.loads(tokens[0].content)["grant_type"] == "client_credentials"
    with pytest.raises(LoginRefused, match="CONFLUENCE_CLIENT_ID"):
        who(login(internet, url=SITE, client_id="id", client_secret="wrong"))
    with pytest.raises(UsageError, match="CONFLUENCE_CLIENT_SECRET"):
        login(internet, url=SITE, client_id="id")


def test_a_download_with_oauth_client_credentials(internet: Internet) -> None:
    session = login(internet, url=SITE, client_id="id", client_secret="secret")
    internet.answers = {f"{session.client.base}/file": lambda request: httpx.Response(200, content=b"bytes")}
    assert session.client.download("/file") == b"bytes"
    assert internet.seen[-1].headers["Authorization"].startswith("Bearer ")


@pytest.mark.parametrize("values", [{"token": "good"}, {"token": "good", "flavor": "datacenter"}])
def test_data_center_with_a_context_path(values: Given) -> None:
    with running(":memory:", token="good", flavor="datacenter") as (address, store):
        found = Internet(address, store)
        given: Given = {**values, "url": address + "/confluence/display/X"}
        session = login(found, **given)
        assert (session.flavor, who(session)) == ("datacenter", "Sandbox")
        with pytest.raises(LoginRefused, match="CONFLUENCE_TOKEN"):
            who(login(found, url=address + "/confluence", token="bad", flavor="datacenter"))
        with pytest.raises(LoginRefused, match="used alone"):
            who(login(found, url=address + "/confluence", user="me", token="good", flavor="datacenter"))
        for each in found.sessions:
            each.close()
        found.inner.close()


@pytest.mark.parametrize(("flavor", "path"), [("cloud", ""), ("cloud", "/wiki"), ("datacenter", "/confluence")])
@pytest.mark.parametrize("given", ["auto", ""])
def test_finding_out_the_product_costs_no_request(flavor: str, path: str, given: str) -> None:
    """The look-up of the space tells it, and is not sent twice."""
    with running(":memory:", token="good", flavor=flavor) as (address, store):
        store.create_space("DOCS", "Docs")
        found = Internet(address, store)
        user = "a@b.c" if flavor == "cloud" else ""
        session = login(found, url=address + path, user=user, token="good", flavor=given or flavor, space="DOCS")
        confluence = Confluence(session.client, session.flavor)
        if flavor == "cloud":
            assert confluence.page.create("DOCS", "T").title == "T"
        else:
            assert confluence.space.get("DOCS").title == "Docs"
        assert session.flavor == flavor and len(found.seen) == (2 if flavor == "cloud" else 1)
        session.close()
        found.inner.close()


# The gateway


def gateway(internet: Internet, **values: Unpack[Given]) -> Session:
    given: Given = {"gateway": "maton", "gateway_key": "good", **values}
    return login(internet, **given)


def test_the_gateway(internet: Internet) -> None:
    connection = internet.store.activate_connection(internet.store.create_connection("confluence")["id"])["id"]
    session = gateway(internet, connection=connection)
    assert who(session) == "Sandbox"
    assert session.client.base == f"https://gateway.maton.ai/confluence/ex/confluence/{CLOUD_ID}/wiki"
    assert "maton" not in session.site
    assert all(request.headers["Maton-Connection"] == connection for request in internet.seen)
    assert all(request.headers["Authorization"] == "Bearer good" for request in internet.seen)


def test_a_connection_that_is_not_there_or_still_pending_is_refused(internet: Internet) -> None:
    with pytest.raises(PublisherError, match="c-1"):
        gateway(internet, connection="c-1")
    pending = internet.store.create_connection("confluence")["id"]
    with pytest.raises(PublisherError, match="PENDING"):
        gateway(internet, connection=pending)
    internet.store.activate_connection(pending)
    assert who(gateway(internet, connection=pending)) == "Sandbox"


def test_the_gateway_of_a_company_may_be_named_with_our_path(internet: Internet) -> None:
    session = gateway(internet, gateway_url="https://gw.acme.com/confluence")
    assert session.client.base.startswith("https://gw.acme.com/confluence/ex/confluence/")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"gateway_key": ""}, "MATON_API_KEY"),
        ({"user": "a", "token": "b"}, "only one login"),
        ({"gateway": "other"}, "unknown"),
        ({"cloud_site": "elsewhere"}, "no site 'elsewhere'.*sandbox"),
    ],
)
def test_what_is_wrong_with_a_gateway(internet: Internet, values: Given, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        gateway(internet, **values)


def test_a_key_without_the_setting_is_never_used_silently(internet: Internet) -> None:
    with pytest.raises(UsageError, match="CONFLUENCE_GATEWAY=maton"):
        login(internet, gateway_key="good")
    assert internet.seen == []


def test_several_sites_must_be_told_apart(internet: Internet) -> None:
    rows = [{"id": "1", "name": "one", "url": "https://1", "scopes": ["read:confluence"]},
            {"id": "2", "name": "two", "url": "https://2", "scopes": []}]  # fmt: skip
    internet.answers["https://gateway.maton.ai/confluence/oauth"] = lambda request: httpx.Response(200, json=rows)
    with pytest.raises(UsageError, match=r"one \(1\), two \(2\)"):
        gateway(internet)
    assert "/2/wiki" in gateway(internet, cloud_site="two").client.base


@pytest.mark.parametrize(
    ("answer", "connections", "words"),
    [
        ({"code": 401, "message": "Unauthorized; scope does not match"}, 200, "publisher connection delete"),
        ({"code": 400, "message": "invalid app name"}, 200, "the host alone"),
        ({"code": 401, "message": "Unauthorized"}, 401, "the key is refused"),
        ({"code": 401, "message": "Unauthorized"}, 200, "no active connection"),
    ],
)
def test_both_causes_of_a_refusal_are_told_apart(
    internet: Internet, answer: dict[str, object], connections: int, words: str
) -> None:
    session = gateway(internet)
    start = "https://gateway.maton.ai/confluence/ex"
    internet.answers[start] = lambda request: httpx.Response(int(str(answer["code"])), json=answer)
    internet.answers["https://ctrl.maton.ai"] = lambda request: httpx.Response(connections, json={"connections": []})
    with pytest.raises(Exception, match=words):
        who(session)


# Where credentials may go


def test_an_address_of_the_file_gets_no_token_elsewhere(internet: Internet) -> None:
    with pytest.raises(UsageError, match="PUBLISHER_TRUSTED_HOSTS"):
        login(internet, url="https://evil.example", token="good", url_from_file=True)
    assert internet.seen == []
    login(
        internet, url="https://wiki.acme.com/wiki", token="good", url_from_file=True, trusted_hosts=("wiki.acme.com",)
    )


def test_redirects_to_another_host_never_carry_the_login(internet: Internet) -> None:
    moved = {"Location": "https://evil.example/x"}
    internet.answers[SITE + "/wiki"] = lambda request: httpx.Response(302, headers=moved)
    session = login(internet, url=SITE, user="a@b.c", token="good")
    with pytest.raises(Exception, match="302"):
        who(session)
    assert not [request for request in internet.seen if request.url.host == "evil.example"]


def leading_to(target: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(302, headers={"Location": target})


def test_a_download_that_leads_from_https_to_http_gets_no_login(internet: Internet) -> None:
    """Nor do our own headers leave the origin, to whatever port, host or scheme."""
    session = login(internet, url=SITE, user="a@b.c", token="good", network=Network(headers={"X-Key": "s3cret"}))
    for target in (
        "http://acme.atlassian.net/wiki/file",
        "https://acme.atlassian.net:8443/wiki/file",
        "https://media.example/file",
        "//media.example/file",
    ):
        internet.seen.clear()
        internet.answers = {
            SITE + "/wiki/start": leading_to(target),
            "http": lambda request: httpx.Response(200, content=b"bytes"),
        }
        assert session.client.download("/start") == b"bytes"
        first, last = internet.seen
        assert first.headers["Authorization"].startswith("Basic ") and first.headers["X-Key"] == "s3cret"
        assert not {"authorization", "x-key"} & set(last.headers)
    internet.seen.clear()
    internet.answers = {
        SITE + "/wiki/start": lambda request: httpx.Response(302, headers={"Location": "/wiki/file"}),
        SITE + "/wiki/file": lambda request: httpx.Response(200, content=b"bytes"),
    }
    assert session.client.download("/start") == b"bytes"
    assert [request.headers["Authorization"][:6] for request in internet.seen] == ["Basic ", "Basic "]


def test_links_behind_the_api_are_the_sites_own(internet: Internet) -> None:
    """With the API's address alone, an answer names the site; with the site's address, it is known."""
    rows = {"results": [], "_links": {"base": "https://acme.atlassian.net/wiki"}}
    internet.answers[f"{API}/ex/confluence/{CLOUD_ID}/wiki/api/v2/spaces"] = lambda request: httpx.Response(
        200, json=rows
    )
    assert login(internet, url=f"{API}/ex/confluence/{CLOUD_ID}", token="good").site == SITE + "/wiki"
    assert login(internet, url=SITE, token="good").site == SITE + "/wiki"


def test_the_token_from_a_file_or_netrc(internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("good\n")
    assert who(login(internet, url=SITE, user="a@b.c", token_file=str(file))) == "Sandbox"
    netrc = tmp_path / "netrc"
    netrc.write_text("machine acme.atlassian.net login a@b.c password good\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert who(login(internet, url=SITE)) == "Sandbox"
    with pytest.raises(UsageError, match="--token-file"):
        login(internet, url=SITE, token_file="/nowhere")
    monkeypatch.setenv("NETRC", "/nowhere")
    with pytest.raises(UsageError, match="no token"):
        login(internet, url=SITE, user="a@b.c")


def test_certificates_that_cannot_be_read() -> None:
    with pytest.raises(UsageError, match="certificates"):
        make_ssl_context(Network(ca_bundle="/nowhere.pem"))
    assert make_ssl_context(Network(insecure=True)).verify_mode is ssl.CERT_NONE


def test_no_output_shows_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are planted, and looked for in everything that is printed, logged or shown by repr."""
    secrets = {
        "CONFLUENCE_TOKEN": "tok-s3cret-1",
        "MATON_API_KEY": "key-s3cret-2",
        "CONFLUENCE_CLIENT_SECRET": "cli-s3cret-3",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "requests.log"
    shown = ""
    with running(":memory:", token="tok-s3cret-1") as (address, store):
        store.create_space("DOCS", "Docs")
        monkeypatch.setenv("CONFLUENCE_URL", address)
        for words in (
            ["page", "list", "-v"],
            ["doctor"],
            ["config"],
            ["api", "GET", "/api/v2/spaces"],
            ["page", "get", "9"],
        ):
            extra = ["--log-file", str(log)] if words[0] not in {"config"} else []
            result = CliRunner().invoke(cli, [*words, *extra])
            shown += result.output + repr(result.exception)
    with running(":memory:", token="key-s3cret-2") as (address, store):
        made = store.activate_connection(store.create_connection("confluence")["id"])["id"]
        for name, value in {
            "CONFLUENCE_GATEWAY": "maton",
            "MATON_GATEWAY_URL": address,
            "MATON_CONTROL_URL": address,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("CONFLUENCE_TOKEN")
        for words in (["connection", "list", "--all", "-v", "--format", "json"], ["user", "current", "-v"]):
            shown += CliRunner().invoke(cli, [*words, "--log-file", str(log)]).output
        assert "session_token" not in shown
        told = CliRunner().invoke(cli, ["connection", "get", made, "--format", "json"]).output
        assert "session_token=secret" in told  # shown on purpose
    text = (
        shown
        + log.read_text()
        + repr(ConnectionSettings(token="tok-s3cret-1", gateway_key="key-s3cret-2", client_secret="cli-s3cret-3"))
    )
    client = Client("https://x.y", Login("u", "tok-s3cret-1"))
    text += repr(Login("u", "tok-s3cret-1")) + repr(client)
    client.close()
    assert not [secret for secret in secrets.values() if secret in text]
    assert "GET /" in log.read_text() and " 200 " in log.read_text()
