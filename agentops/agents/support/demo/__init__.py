"""The demo's support desk: customers, articles, and tickets with the ends that are planned for them."""
