"""Dovecot with its own configuration: IMAP over TLS and STARTTLS, and the passwords that Postfix asks it for."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from mailserver.places import Ports, Postboxes

CONFIG = """
base_dir = {root}/dovecot/run
state_dir = {root}/dovecot/state
log_path = {root}/log/dovecot.log
protocols = imap
listen = 127.0.0.1, 127.0.0.2
ssl = yes
ssl_cert = <{root}/tls/server.pem
ssl_key = <{root}/tls/server.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{root}/mail/%d/%n
first_valid_uid = 1
mail_uid = 65534
mail_gid = 65534
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/dovecot/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={root}/mail/%d/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service auth {{
  unix_listener {root}/queue/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
local 127.0.0.2 {{
  protocol imap {{
    imap_capability = IMAP4rev1 LITERAL+ UIDPLUS
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Verschickt {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Spam {{
    special_use = \\Junk
    auto = create
  }}
}}
"""


@dataclass
class Dovecot:
    """One running Dovecot.

    Attributes:
        process: ``dovecot -F``.
    """

    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, root: Path, ports: Ports, postboxes: Postboxes) -> Dovecot:
        """Write the configuration and start; ready when the ports answer."""
        folder = root / "dovecot"
        folder.mkdir(mode=0o755)
        users = "".join(f"{address}:{{PLAIN}}{word}::::::\n" for address, word in postboxes.passwords.items())
        (folder / "users").write_text(users)
        (folder / "dovecot.conf").write_text(CONFIG.format(root=root, imap=ports.imap, imaps=ports.imaps))
        command = ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        with (root / "log" / "dovecot.out").open("wb") as output:
            return cls(subprocess.Popen(command, stdout=output, stderr=output))

    def stop(self) -> None:
        """Stop it and all of its services."""
        self.process.terminate()
        self.process.wait(timeout=20)
