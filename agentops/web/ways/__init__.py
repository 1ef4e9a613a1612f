"""Ways in: mailboxes, schedules, watched folders, and the mails that wait for somebody to say what they are."""
