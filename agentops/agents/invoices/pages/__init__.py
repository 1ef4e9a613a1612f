"""The invoice agent's own pages: vendors, changes of their accounts, and payments. Served below /invoices/."""
