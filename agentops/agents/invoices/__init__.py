"""The invoice agent: reads supplier invoices, matches them to orders, posts and pays within its limits."""
