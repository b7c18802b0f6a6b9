"""What the address of a repository says: which repository it is, and where its files are shown. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from msgspec import Struct

from publisher.storage import digest

_SCP = re.compile(r"^(?:[^@/\s]+@)?(\[[^\]]+\]|[^:/@\s]+):(?!//)(.+)$")
_URL = re.compile(r"^([a-z][a-z0-9+.-]*)://(?:[^@/]*@)?(\[[^\]]+\]|[^:/@]*)(?::\d*)?(/.*|)$", re.I)
#: Hosts that one service answers under another name, for SSH through port 443 say.
_SAME_HOST = {
    "ssh.github.com": "github.com",
    "www.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
    "ssh.dev.azure.com": "dev.azure.com",
    "vs-ssh.visualstudio.com": "dev.azure.com",
}


class Remote(Struct, frozen=True):
    """``host``: in lower case, empty for a folder of this machine. ``path``: without ``.git``, its letters as given."""

    host: str
    path: str

    @property
    def url(self) -> str:
        """``https://host/path``: one form for every way to name a repository, without a login."""
        return f"https://{self.host}/{quote(self.path, safe='/~@+')}" if self.host else f"file:///{self.path}"

    @property
    def identity(self) -> str:
        """A digest of host and path. Case does not count, nor how the repository is reached."""
        return digest(f"{self.host}/{self.path}".casefold())

    @property
    def names(self) -> list[str]:
        """The parts of the path: owner or groups, and the repository."""
        return self.path.split("/")


def parse_remote(address: str) -> Remote | None:
    """What an address names; None if it names nothing that stays the same on another machine."""
    address = address.strip()
    if re.match(r"^[A-Za-z]:[\\/]", address):
        return _remote("", address.replace("\\", "/"))
    if found := _URL.match(address):
        host = "" if found[1].lower() == "file" else found[2]
        return _remote(host, unquote(found[3]))
    if address.startswith("/"):
        return _remote("", address)
    if found := _SCP.match(address):
        return _remote(found[1], found[2])
    return None


def _remote(host: str, path: str) -> Remote | None:
    host = host.strip("[]").lower().rstrip(".")
    parts = [part for part in re.split(r"[?#]", path)[0].split("/") if part not in {"", "."}]
    if not parts:
        return None
    parts[-1] = re.sub(r"\.git$", "", parts[-1], flags=re.I) or parts[-1]
    if host.endswith(".visualstudio.com") and host not in _SAME_HOST:
        parts, host = [host.partition(".")[0], *(p for p in parts if p.lower() != "defaultcollection")], "dev.azure.com"
    host = _SAME_HOST.get(host, host)
    if host == "dev.azure.com":
        parts = [part for part in parts if part not in {"_git", "v3"}]
        parts = [*parts, parts[-1]] if len(parts) == 2 else parts  # a project's first repository has its name
    elif parts[0] == "scm" and len(parts) == 3:  # Bitbucket Data Center over https
        parts = parts[1:]
    return Remote(host, "/".join(parts)) if parts else None


def choose_remote(urls: Mapping[str, str], followed: str) -> tuple[str, Remote | None]:
    """(name, remote): ``origin``, else the one that the branch follows, else the first by name."""
    remotes = {name: remote for name, address in urls.items() if (remote := parse_remote(address))}
    name = next((name for name in ("origin", followed, *sorted(remotes)) if name in remotes), "origin")
    return name, remotes.get(name)


def blob_base(remote: str, branch: str) -> str:
    """The address below which a repository's files are shown; empty for a remote that is not understood."""
    found = parse_remote(remote)
    if found is None or not found.host:
        return ""
    host, path, name = found.host, quote(found.path, safe="/~@+"), quote(branch, safe="/")
    if host == "dev.azure.com":
        parts = path.split("/")
        if len(parts) < 3:
            return ""
        return f"https://dev.azure.com/{parts[0]}/{parts[1]}/_git/{parts[-1]}?version=GB{quote(branch, safe='')}&path=/"
    if "gitlab" in host:
        return f"https://{host}/{path}/-/blob/{name}/"
    if "bitbucket" in host:
        return f"https://{host}/{path}/src/{name}/"
    if any(word in host for word in ("gitea", "codeberg", "forgejo")):
        return f"https://{host}/{path}/src/branch/{name}/"
    return f"https://{host}/{path}/blob/{name}/"
