"""Canonical addresses: one form for the many under which the same page is linked. A hint, never an
identity.
"""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_(?:medium|campaign|link\w*|format|creation|variant|ptr\w*)|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|igsh|mc_cid|mc_eid|"
    r"_hsenc|_hsmi|mkt_tok|oly_\w+|vero_\w+|wt_mc|xtor|xtref|cmpid|cmp|cid|ncid|ocid|smid|smtyp|sr_share|share|soc_\w+|ref|ref_src|ref_url|"
    r"referrer|source|src|spm|trk|guccounter|guce_\w+|feature|outputtype|amp|rss|ns_\w+|s_cid|ito|__twitter_impression|partner|via)$",
    re.IGNORECASE,
)
_AMP_HOST = re.compile(r"^(?:amp|m|mobile)\.(?=[^.]+\.[^.]+)|^www\.")
_AMP_PATH = re.compile(r"(?:/amp(?:/index\.html)?|\.amp(?:\.html)?|/amp\.html)/?$")
_PORTS = {"http": 80, "https": 443}


def canonical(url: str | None, keep_fragment: bool = False) -> str | None:
    """The canonical form of an http(s) address; None for anything else.

    Scheme https, host without www/m/amp and default port, no tracking parameters, the others sorted, no
    trailing slash, AMP forms undone. The fragment goes unless `keep_fragment`. Idempotent.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS or not parts.hostname:
        return None
    host = _host(parts.hostname)
    if port is not None and port != _PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    path = parts.path or "/"
    while _AMP_PATH.search(path):
        path = _AMP_PATH.sub("", path)
    path = re.sub(r"/{2,}", "/", path).rstrip("/") or "/"
    query = sorted(
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)
    )
    fragment = unquote(parts.fragment) if keep_fragment else ""
    return urlunsplit(("https", host, path, urlencode(query), fragment))


def _host(name: str) -> str:
    host = name.lower().rstrip(".")
    while _AMP_HOST.match(host) and host.count(".") >= 2:
        host = _AMP_HOST.sub("", host, count=1)
    return f"[{host}]" if ":" in host else host
