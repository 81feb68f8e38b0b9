-- A stock Prosody for scripts/run: one domain, and the component through which a node gives its users names.
-- FOLDER, DOMAIN, CLIENT_PORT and COMPONENT_PORT come from the environment.
local folder = os.getenv("FOLDER")
pidfile = folder .. "/prosody.pid"
data_path = folder .. "/data"
certificates = folder .. "/certs"
log = { info = folder .. "/log" }
run_as_root = true
interfaces = { "127.0.0.1" }
c2s_ports = { tonumber(os.getenv("CLIENT_PORT")) }
component_interfaces = { "127.0.0.1" }
component_ports = { tonumber(os.getenv("COMPONENT_PORT")) }
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
modules_enabled = { "roster", "saslauth", "disco", "presence", "message", "iq", "posix" }
modules_disabled = { "tls", "s2s" }
VirtualHost(os.getenv("DOMAIN"))
Component "p2p"
component_secret = "demo-secret"
