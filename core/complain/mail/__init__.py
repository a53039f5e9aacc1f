"""A letter as a mail: composed, handed in once over SMTP, followed up in the mailbox."""
