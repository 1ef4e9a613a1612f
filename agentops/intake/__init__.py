"""Ways in beside the browser and the API: mailboxes that are polled, schedules, and folders that are watched."""
