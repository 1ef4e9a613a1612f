"""What each ground adds to the odds (log) that a value is right; written by tests/.../invented/fitting.py."""

WEIGHTS: dict[str, dict[str, float]] = {
    "currency": {"always": -3.51, "agreed": 6.57},
    "date": {"always": -3.02, "ahead": 1.63, "labelled": 3.92, "usual terms": 3.40},
    "iban": {"always": 0.02, "ahead": 1.07, "check digits": 4.14},
    "reference": {"always": 0.41, "ahead": 1.77, "labelled": 1.95, "said again": 0.72},
    "sum": {"always": -2.22, "adds up": 2.38, "ahead": 2.61, "labelled": 2.68, "lines add up": 0.33},
    "supplier_name": {"always": -1.54, "ahead": 0.45, "fits": 2.02, "legal form": 0.77, "said again": 1.16},
    "supplier_vat_id": {"always": -1.18, "ahead": 2.80, "check digits": 0.18, "labelled": 1.53, "seller's": 1.11},
}  # fmt: skip
