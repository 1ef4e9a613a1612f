"""How French, Italian, Spanish and Portuguese label an invoice; and Polish.

One line per key of `KEYS`, several usual wordings in it.
"""

WORDS = {
    "fr": """Facture
Facture n°|N° de facture|Numéro de facture|Facture N°
Date de facture|Date|Date d'émission|Date de la facture
Date d'échéance|Échéance|À régler avant le|Payable le
Votre commande|N° de commande|Bon de commande|Réf. commande|Commande n°
N° client|Code client
Date de livraison
Facturé à|Client|Adresse de facturation|Destinataire
Émetteur|Fournisseur|Vendeur
N° TVA|TVA intracommunautaire|N° de TVA
N°|Pos.
Réf.|Référence|Code article
Désignation|Description|Libellé
Qté|Quantité
Unité|U.
Prix unitaire|P.U. HT|Prix unitaire HT|PU HT
Remise
TVA %|Taux TVA|TVA
Montant|Montant HT|Total HT|Total
Total HT|Montant HT|Sous-total HT|Total net HT
TVA|Montant TVA
Total TVA|Montant total TVA
Total TTC|Montant TTC|Total à payer TTC|Montant total TTC
Net à payer|Reste à payer|Solde à payer
Acompte versé|Déjà réglé|Acompte
Remise|Escompte
Frais de port|Port
Report|À reporter
Page
Coordonnées bancaires
Base HT|Base
Montant TVA|TVA
Exonération de TVA, article 262 ter I du CGI, livraison intracommunautaire.""",
    "it": """Fattura
Fattura n.|Numero fattura|N. fattura|Fattura numero|Numero documento
Data fattura|Data|Data documento|Data emissione
Scadenza|Data scadenza|Scadenza pagamento
Vs. ordine|Ordine n.|Vostro ordine|Rif. ordine|N. ordine
Cod. cliente|Codice cliente
Data consegna
Spett.le|Cliente|Destinatario|Intestatario
Fornitore|Mittente|Cedente
P. IVA|Partita IVA|P.IVA
N.|Riga|Pos.
Codice|Cod. art.
Descrizione|Descrizione articolo
Q.tà|Quantità|Qtà
U.M.|UM
Prezzo|Prezzo unitario|Prezzo unit.
Sconto
IVA %|Aliquota|IVA
Importo|Totale|Importo riga
Imponibile|Totale imponibile|Totale netto
IVA|Imposta
Totale IVA|Totale imposta
Totale fattura|Totale documento|Totale
Netto a pagare|Totale da pagare|Importo dovuto
Acconto
Sconto
Spese di trasporto|Spedizione
Riporto|A riportare
Pagina|Pag.
Coordinate bancarie
Imponibile
Imposta|Importo IVA
Operazione non imponibile, art. 41 D.L. 331/93.""",
    "es": """Factura
Factura n.º|Número de factura|N.º factura|Nº de factura|Factura núm.
Fecha factura|Fecha|Fecha de emisión|Fecha de factura
Vencimiento|Fecha de vencimiento|Fecha vencimiento
Su pedido|N.º pedido|Pedido n.º|Pedido|Ref. pedido
N.º cliente|Código cliente
Fecha de entrega
Cliente|Facturar a|Datos del cliente|Destinatario
Emisor|Proveedor
NIF|CIF|NIF-IVA
N.º|Pos.|Línea
Código|Ref.
Descripción|Concepto
Cant.|Cantidad
Ud.|Unidad
Precio|Precio unitario|Precio unit.|P. unitario
Dto.
IVA %|% IVA|Tipo IVA
Importe|Total
Base imponible|Subtotal|Total neto
IVA|Cuota IVA
Total IVA|Importe IVA
Total factura|Importe total|Total con IVA|Total
Total a pagar|Importe a pagar|A pagar
Anticipo|Pagado
Descuento
Gastos de envío|Portes
Suma y sigue|Suma anterior
Página
Datos bancarios
Base imponible|Base
Cuota|Cuota IVA
Entrega intracomunitaria exenta, art. 25 Ley 37/1992.""",
    "pt": """Fatura
Fatura n.º|Número da fatura|N.º fatura|Fatura nº
Data da fatura|Data|Data de emissão
Vencimento|Data de vencimento|Data limite de pagamento
V. encomenda|Encomenda n.º|N.º encomenda|Vossa encomenda|Nota de encomenda
N.º cliente|Código cliente
Data de entrega
Cliente|Faturado a|Exmo.(s) Sr.(s)
Fornecedor|Emitente
NIF|NIPC|Contribuinte n.º
N.º|Linha
Código|Ref.
Descrição|Designação
Qtd.|Quantidade
Un.|Unid.
Preço unit.|Preço unitário|Preço|P. unitário
Desc.
IVA %|Taxa IVA|IVA
Total|Valor|Montante
Total líquido|Subtotal|Valor líquido|Incidência
IVA|Valor do IVA
Total IVA|Total do IVA
Total|Total da fatura|Total com IVA|Total geral
Total a pagar|Valor a pagar|A pagar
Adiantamento|Sinal
Desconto
Portes|Transporte
A transportar|Transporte
Página
Dados bancários
Incidência|Base
Valor IVA|Imposto
Isento de IVA, artigo 14.º do RITI.""",
    "pl": """Faktura VAT|Faktura
Faktura nr|Numer faktury|Nr faktury
Data wystawienia|Data faktury
Termin płatności|Termin zapłaty
Zamówienie nr|Nr zamówienia|Numer zamówienia
Nr klienta|Numer klienta
Data sprzedaży|Data dostawy
Nabywca|Kupujący
Sprzedawca|Wystawca
NIP|NIP UE
Lp.|Nr
Kod|Indeks
Nazwa|Nazwa towaru|Opis|Nazwa towaru lub usługi
Ilość
J.m.|Jm
Cena netto|Cena jedn.|Cena jednostkowa netto
Rabat
VAT %|Stawka VAT|VAT
Wartość netto|Wartość
Razem netto|Suma netto|Wartość netto
VAT|Kwota VAT|Podatek VAT
Razem VAT|Suma VAT
Razem brutto|Suma brutto|Do zapłaty|Razem do zapłaty|Wartość brutto
Pozostało do zapłaty|Do zapłaty
Zaliczka|Zapłacono
Rabat
Koszty wysyłki|Transport
Do przeniesienia|Z przeniesienia
Strona
Rachunek bankowy
Wartość netto|Netto
Kwota VAT|VAT
Wewnątrzwspólnotowa dostawa towarów, art. 42 ustawy o VAT.""",
}
