"""Postfix with its own queue and configuration: submission, TLS, a way out to relays, a policy that greylists."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from mailserver.places import Ports, Postboxes, wait_until

MAIN = """
compatibility_level = 3.7
maillog_file = {root}/log/postfix.log
maillog_file_prefixes = {root}
queue_directory = {root}/queue
data_directory = {root}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.cn
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
biff = no
smtputf8_enable = yes
message_size_limit = {size_limit}
mailbox_size_limit = 0
virtual_mailbox_domains = example.cn, example.org
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
transport_maps = inline:{{ answers.example=smtp:[127.0.0.1]:{answers}, bounces.example=smtp:[127.0.0.1]:{bounces} }}
relay_domains = answers.example, bounces.example
smtp_tls_security_level = none
smtp_dns_support_level = disabled
smtpd_tls_cert_file = {root}/tls/server.pem
smtpd_tls_key_file = {root}/tls/server.pem
smtpd_tls_security_level = none
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = no
smtpd_relay_restrictions = permit_sasl_authenticated, permit_mynetworks, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, check_policy_service inet:127.0.0.1:{policy}
smtpd_policy_service_default_action = DUNNO
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 100
"""

MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """One running Postfix.

    Attributes:
        root: The folder of the whole fixture.
        ports: Where everything listens.
        process: ``postfix start-fg``.
    """

    root: Path
    ports: Ports
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, root: Path, ports: Ports, postboxes: Postboxes, size_limit: int) -> Postfix:
        """Write the configuration and start; ready when the ports answer."""
        config = root / "postfix"
        for folder in (config, root / "queue", root / "log"):
            folder.mkdir(mode=0o755)
        mailboxes = ", ".join(f"{address}={folder}/" for address, folder in postboxes.folders().items())
        main = MAIN.format(
            root=root,
            size_limit=size_limit,
            mailboxes=mailboxes,
            answers=ports.answers,
            bounces=ports.bounces,
            policy=ports.policy,
        )
        (config / "main.cf").write_text(main)
        (config / "master.cf").write_text(
            MASTER.format(smtp=ports.smtp, submission=ports.submission, submissions=ports.submissions)
        )
        output = (root / "log" / "postfix.out").open("wb")
        command = ["/usr/sbin/postfix", "-c", str(config), "start-fg"]
        with output:
            process = subprocess.Popen(command, stdout=output, stderr=output)
        return cls(root, ports, process)

    def wait_for_empty_queue(self) -> None:
        """Return when every mail is delivered, bounced or gone: then a count is final."""
        queues = [
            self.root / "queue" / name for name in ("maildrop", "incoming", "active", "deferred", "bounce")
        ]
        wait_until(
            lambda: not any(path.is_file() for queue in queues for path in queue.rglob("*")),
            "the queue is empty",
        )

    def stop(self) -> None:
        """Stop it and all of its daemons."""
        config = str(self.root / "postfix")
        subprocess.run(["/usr/sbin/postfix", "-c", config, "abort"], check=False, capture_output=True)
        self.process.wait(timeout=20)
