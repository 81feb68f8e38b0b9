"""The arrows as data: which folder may include which, which folder may use which library, how long things may get.

A change here is a change of the architecture: it belongs into docs/ARCHITECTURE.md and into a decision record too.
"""

# A folder of this list includes only what stands left of it.
CORE_ORDER = ["core/base", "core/crypto", "core/wire", "core/rpc", "core/kbr", "core/dht", "core/names", "core/node"]


def _left_of(folder):
    return CORE_ORDER[: CORE_ORDER.index(folder)]


_NODE_AND_BELOW = _left_of("core/node") + ["core/node"]
# Front ends and plug-ins see the name service, never the DHT.
_PLUGIN = ["core/base", "core/crypto", "core/names", "plugins/api", "frontends/rdata", "frontends/web",
           "core/host/net/asio_address.hpp"]

# Folder -> what it may include beside itself: folders (with all below them) or single headers.
ARROWS = {
    **{folder: _left_of(folder) for folder in CORE_ORDER},
    "core/store": _left_of("core/dht") + ["core/dht"],
    "core/link": _left_of("core/rpc"),
    "core/host/net": _NODE_AND_BELOW + ["core/store", "core/link"],
    "core/host/sim": _NODE_AND_BELOW + ["core/store"],
    "config": ["core/base", "core/crypto", "core/node/node_config.hpp", "plugins/api/config_node.hpp",
               "plugins/api/private_file.hpp"],
    "plugins/api": ["core/base", "core/crypto", "core/names"],
    "plugins/loader": _PLUGIN + ["config", "frontends/*/*_plugin.hpp"],
    "plugins/*": _PLUGIN,
    "frontends/rdata": ["core/base", "core/names"],
    "frontends/web": ["core/base", "core/crypto", "plugins/api"],
    "frontends/hip": _PLUGIN + ["core/dht/hdrr.hpp"],
    "frontends/*": _PLUGIN,
}
# These stand at the right end: they may include everything.
FREE = ["apps", "tests", "bench"]

# Header prefix -> folders that may include it. The right end is free here too, except where TESTS_TOO is False.
LIBRARIES = {
    "sodium": ["core/crypto"],
    "openssl/": ["core/crypto", "core/host/net"],
    "idn2.h": ["core/names"],
    "lmdb.h": ["core/store"],
    "yaml-cpp/": ["config"],
    "ldns/": ["frontends/rdata"],
    "strophe.h": ["frontends/xmpp"],
    "expat.h": ["frontends/hip", "frontends/xmpp"],
    "osip": ["frontends/sip"],
    "spdlog/": [],
    "fmt/": [],
    "CLI/": [],
    "boost/asio": ["core/host/net", "plugins", "frontends"],
    "boost/beast": ["frontends/web"],
    "boost/json": ["frontends"],
    "boost/url": ["frontends"],
    "gtest/": [],
    "gmock/": [],
    "benchmark/": [],
}
# Slow to compile (5 s against 1 s), so only where no other file has to read it too.
ONLY_IN_CPP = ["boost/beast"]

# The core takes time and datagrams as arguments; sockets, threads, clocks and files live in host/ and store/.
WORLDLY_HEADERS = ["thread", "fstream", "filesystem", "iostream", "sys/", "unistd.h", "netinet/", "netdb.h",
                   "fcntl.h", "poll.h"]
WORLDLY_CALLS = r"\b(?:steady_clock|system_clock|high_resolution_clock)::now\b|\brandom_device\b|\bgettimeofday\b" \
                r"|\bclock_gettime\b|\bstd::time\s*\(|\bgetenv\b"
WORLDLY_FOLDERS = ["core/host/net", "core/store"]

# Limits of length: (share of all, lines). A ratchet: they only ever get smaller.
FILE_LINES = [(0.50, 150), (0.95, 450)]
FUNCTION_LINES = [(0.95, 45), (1.00, 70)]

SOURCE_ROOTS = ["core", "plugins", "frontends", "config", "apps", "tests", "bench"]
