"""Where a login comes from: settings, a file, the key ring, netrc. Imports no HTTP library."""

import netrc
import os
from pathlib import Path

from msgspec import Struct

from publisher.confluence.settings import ConnectionSettings
from publisher.errors import UsageError

#: Where other tools keep the token: named in the message when ours is missing.
PEER_TOKENS = (
    "CONFLUENCE_API_KEY",
    "CONFLUENCE_API_TOKEN",
    "MARK_PASSWORD",
    "CONFLUENCE_PASSWORD",
    "ATLASSIAN_API_TOKEN",
    "CONFLUENCE_PAT",
)


class Login(Struct, frozen=True):
    """A user and a token: Basic. A token alone: Bearer. Never shown."""

    user: str
    token: str

    def __repr__(self) -> str:
        return f"Login(user={self.user!r})"

    @property
    def advice(self) -> str:
        """What to check when the login is refused."""
        if self.user:
            return (
                "check CONFLUENCE_USER and CONFLUENCE_TOKEN, and what the account may do; "
                "a personal access token of Data Center is used alone, without a user"
            )
        return "check CONFLUENCE_TOKEN; an API token of Cloud needs CONFLUENCE_USER, the e-mail address of its account"


def find_login(settings: ConnectionSettings, host: str) -> Login:
    """From the environment or a flag, a file, the key ring, or netrc. UsageError names the places."""
    token = settings.token
    if settings.token_file:
        try:
            token = Path(settings.token_file).expanduser().read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UsageError(f"--token-file {settings.token_file}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise UsageError(f"--token-file {settings.token_file}: not a text file") from None
    user = settings.user
    if not token:
        user, token = _from_keyring(host, user)
    if not token:
        user, token = _from_netrc(host, user)
    if settings.auth == "basic" and not user:
        raise UsageError("auth: basic needs CONFLUENCE_USER")
    login = Login("" if settings.auth == "bearer" else user, token)
    if not login.user and not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError("CONFLUENCE_TOKEN has characters that no token has; was something else pasted?")
    return login


def no_token() -> str:
    """What to set, with the names that other tools have for it if one of them is set."""
    peers = [name for name in PEER_TOKENS if os.environ.get(name)]
    also = f" ({', '.join(peers)} is set, but Publisher reads CONFLUENCE_TOKEN)" if peers else ""
    return f"no token: set CONFLUENCE_TOKEN, and CONFLUENCE_USER for an API token{also}"


#: Names of entries in the key ring: of a token without a user, and of the user that `publisher login` was given.
_ALONE, _USER = "token", "user"


def _service(host: str) -> str:
    return f"publisher:{host}"


def _from_keyring(host: str, user: str) -> tuple[str, str]:
    """(user, token); no token if there is none."""
    try:
        import keyring
    except ImportError:
        return user, ""
    try:
        known = user or keyring.get_password(_service(host), _USER) or ""
        token = keyring.get_password(_service(host), known or _ALONE) or ""
    except Exception:  # a machine without a key ring raises whatever its back end raises
        return user, ""
    return (known, token) if token else (user, "")


def check_keyring() -> None:
    """UsageError if this machine keeps no secrets."""
    try:
        import keyring
        from keyring.backends.fail import Keyring as Nowhere
    except ImportError:
        text = "the key ring needs the extra `keyring`: pip install 'publisher-confluence[keyring]'; or set CONFLUENCE_TOKEN"
        raise UsageError(text) from None
    if isinstance(keyring.get_keyring(), Nowhere):
        raise UsageError("this machine has no key ring: set CONFLUENCE_TOKEN, or CONFLUENCE_TOKEN_FILE")


def keep_token(host: str, user: str, token: str) -> None:
    """Into the key ring, for this one host, in place of what was there. UsageError if it is closed."""
    import keyring
    from keyring.errors import KeyringError

    forget_token(host)
    try:
        if user:
            keyring.set_password(_service(host), _USER, user)
        keyring.set_password(_service(host), user or _ALONE, token)
    except KeyringError as error:
        raise UsageError(f"the key ring did not take the token: {error}") from None


def forget_token(host: str) -> bool:
    """Out of the key ring. Whether one was there."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        user = keyring.get_password(_service(host), _USER)
        names = [name for name in (_ALONE, user, _USER) if name and keyring.get_password(_service(host), name)]
        for name in names:
            keyring.delete_password(_service(host), name)
    except PasswordDeleteError:
        return False
    except KeyringError as error:
        raise UsageError(f"the key ring cannot be opened: {error}") from None
    return bool(names)


def _from_netrc(host: str, user: str) -> tuple[str, str]:
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(host)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return user, ""
    if not found or (user and found[0] != user):
        return user, ""
    return found[0] or user, found[2] or ""
