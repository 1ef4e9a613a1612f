"""The demo's world: invented vendors, their orders, and an inbox whose right outcomes are known."""
