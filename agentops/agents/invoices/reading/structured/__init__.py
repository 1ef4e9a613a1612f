"""Invoices that are data already: CII (Factur-X, ZUGFeRD 1 and 2, XRechnung) and UBL, read exactly."""
