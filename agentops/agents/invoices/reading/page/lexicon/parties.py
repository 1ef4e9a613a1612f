"""What heads an address, names a party, or names the currency."""

from __future__ import annotations

from .phrases import words

CONCEPTS: dict[str, list[str]] = {
    "buyer": words(
        "bill to|billed to|invoice to|invoiced to|sold to|customer|client|buyer|an|kaufer|kunde|"
        "rechnungsempfanger|rechnung an|rechnungsadresse|kaufer leistungsempfanger|auftraggeber|"
        "leistungsempfanger|empfanger|adresse du client|facture a|adresse de facturation|client|acheteur|"
        "destinataire|destinatario|cliente|spett le|spettabile|intestatario|facturar a|datos del cliente|"
        "factuuradres|factuur aan|klant|koper|aan|cessionario committente|faturado a|kunde|kober|nabywca|"
        "odberatel|vevo|ostaja|to|bill to address|billing address|attn|attention|invoice address|"
        "client name|customer name|warenempfanger|kundenadresse|nos references client|"
        "facture a l attention de|para|billed for|for"
    ),
    "shipping": words(
        "ship to|shipped to|deliver to|delivery address|lieferadresse|lieferanschrift|warenempfanger|"
        "abweichender warenempfanger|livraison|adresse de livraison|afleveradres|leveringsadres|"
        "indirizzo di consegna|direccion de entrega|destinazione|consegnare a|lieferung an|"
        "livraison adresse references|shipping address|remit to address|consignee"
    ),
    "seller": words(
        "seller|supplier|vendor|from|verkaufer|lieferant|rechnungsersteller|rechnungssteller|aussteller|"
        "vendeur|fournisseur|emetteur|emetteur de la facture|fornitore|cedente prestatore|cedente|"
        "proveedor|emisor|leverancier|verkoper|sprzedawca|dodavatel|elado|selger|sielger|saljare|myyja|"
        "fornecedor|invoice from|issued by|billed by|pay to|remit to|von|emitente|mittente|prestataire|"
        "absender"
    ),
    "party_name": words(
        "name|nom|nome|nombre|naam|company|firma|company name|account name|kontoinhaber|account holder|"
        "titulaire du compte|titulaire|intestato a|beneficiary|beneficiaire|beneficiario|payee|zahlungsempfanger|"
        "begunstigter|begunstigde|bank account name|"
        "t n v|ten name van|titular"
    ),
    "currency": words(
        "currency|wahrung|devise|valuta|moneda|betrage in|alle betrage in|amounts in|montants en|"
        "all amounts in|waluta|mena|invoice currency|bedragen in|moeda|importi in"
    ),
}  # fmt: skip
