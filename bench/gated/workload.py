"""The domain of the workload: orders, a ledger, and invoices of 1.5 KB; the same shapes for every engine compared."""

import json
import random
from typing import Any

GATE_AMOUNT = 10_000
ORDERS = 10_000

DOMAIN_SQL = f"""
CREATE TABLE purchase_orders(id bigserial PRIMARY KEY, po_number text NOT NULL, vendor text NOT NULL,
    amount numeric(12,2) NOT NULL, status text NOT NULL, lines jsonb NOT NULL);
INSERT INTO purchase_orders(po_number, vendor, amount, status, lines)
    SELECT 'PO-'||i, 'vendor-'||mod(i,500), 100 + mod(i,9000), 'open', '[{{"sku":"A","qty":3}},{{"sku":"B","qty":1}}]'
    FROM generate_series(1, {ORDERS}) i;
CREATE INDEX ON purchase_orders(vendor, po_number);
CREATE TABLE ledger(id bigserial PRIMARY KEY, idempotency_key text NOT NULL UNIQUE, run_id text NOT NULL,
    invoice_no text NOT NULL, vendor text NOT NULL, amount numeric(12,2) NOT NULL,
    t_start float8, posted_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON ledger(vendor, invoice_no);
"""
ORDER_SQL = "SELECT po_number, amount::float8, status FROM purchase_orders WHERE vendor = %s AND po_number = %s"
DUPLICATE_SQL = "SELECT count(*) FROM ledger WHERE vendor = %s AND invoice_no = %s"
POST_SQL = (
    "INSERT INTO ledger(idempotency_key, run_id, invoice_no, vendor, amount, t_start) VALUES (%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (idempotency_key) DO NOTHING"
)
PAD = "".join(random.Random(7).choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(700))


def invoices(count: int, tag: str, *, gated_every: int = 5, gate_all: bool = False) -> list[dict[str, Any]]:
    """`count` invoices of about 1.5 KB; every `gated_every`-th is above the gate's amount."""
    rnd = random.Random(tag)
    made = []
    for i in range(count):
        gated = gate_all or (gated_every and i % gated_every == gated_every - 1)
        order = rnd.randrange(1, ORDERS + 1)
        invoice: dict[str, Any] = {
            "run_id": f"{tag}-{i:05d}",
            "invoice_no": f"INV-{tag}-{i}",
            "vendor": f"vendor-{order % 500}",
            "po_number": f"PO-{order}",
            "amount": (GATE_AMOUNT + 500 if gated else 100) + order % 9000,
            "currency": "EUR",
            "lines": [
                {
                    "sku": f"SKU-{rnd.randrange(9999):04d}",
                    "qty": rnd.randrange(1, 9),
                    "price": rnd.randrange(1, 999),
                    "text": "Lieferung gemaess Rahmenvertrag, frei Haus",
                }
                for _ in range(11)
            ],
            "address": "Beispielstrasse 12, 10115 Berlin",
        }
        invoice["note"] = "x" * max(0, 1500 - len(json.dumps(invoice)) - 12)
        made.append(invoice)
    return made
