"""The companies of the demo. None of them exists."""

from decimal import Decimal

from agentops.agents.invoices.demo.companies import Company, Vendor
from agentops.agents.invoices.demo.identifiers import iban, vat_id

OWN = Company(
    "Meridian Foods SE",
    "Accounts Payable",
    "Lindenallee 3",
    "Köln",
    "50968",
    "DE",
    vat_id("DE", "29164023"),
)

HYBRID, PDF, UBL, CII = "hybrid-pdf", "pdf-text", "xml-ubl", "xml-cii"


def _vendor(key: str, name: str, place: tuple[str, str, str, str], account: str, **rest: object) -> Vendor:
    """A vendor whose IBAN is of the country where its bank is."""
    street, postcode, town, country = place
    home = account[:2]
    return Vendor(
        key=key, name=name, street=street, postcode=postcode, town=town, country=country,
        iban=iban(home, account[2:]), **rest,  # type: ignore[arg-type]
    )  # fmt: skip


VENDORS: tuple[Vendor, ...] = (
    _vendor(
        "V-70014", "Nordwind Logistik GmbH", ("Speicherkai 14", "20457", "Hamburg", "DE"), "DE0532013000",
        vat_id=vat_id("DE", "81123456"), tax_label="USt-IdNr.", bank="Hansekontor Bank", bic="DEMODEHHXXX",
        currency="EUR", language="de", layout="harbour", ink="#123a5e", accent="#e07a1f", series="NW-{n}",
        first=11866,
        formats=(HYBRID, HYBRID, CII, HYBRID, HYBRID, CII, HYBRID), tax=Decimal("19"), category="S", terms=30,
        phone="+49 40 5550137", mail="billing@nordwind-logistik.example",
        register="Amtsgericht Hamburg HRB 900417",
        tagline="LOGISTIK",
    ),
    _vendor(
        "V-70021", "Falkenhain Verpackungen GmbH & Co. KG", ("Am Güterring 27", "04347", "Leipzig", "DE"),
        "DE0411870025",
        vat_id=vat_id("DE", "14522907"), tax_label="USt-IdNr.", bank="Sächsische Gewerbebank",
        bic="DEMODELEXXX",
        currency="EUR", language="de", layout="ledger", ink="#2f5d3a", accent="#8a6d2f",
        series="RE{year}-{n:05d}", first=4101,
        formats=(HYBRID, PDF, HYBRID, HYBRID, PDF, HYBRID), tax=Decimal("19"), category="S", terms=21,
        phone="+49 341 5550192", mail="rechnung@falkenhain.example", register="Amtsgericht Leipzig HRA 90233",
        tagline="Karton · Folie · Palette seit 1954",
    ),
    _vendor(
        "V-70033", "Elektro Brückner e.K.", ("Gereonswall 88", "50670", "Köln", "DE"), "DE0077120488",
        vat_id=vat_id("DE", "26310458"), tax_label="USt-IdNr.", bank="Rheinische Handwerksbank",
        bic="DEMODEKKXXX",
        currency="EUR", language="de", layout="workshop", ink="#1c1c1c", accent="#d9a400",
        series="{year}/{n:04d}", first=317,
        formats=(PDF,), tax=Decimal("19"), category="S", terms=14,
        phone="+49 221 5550164", mail="buero@elektro-brueckner.example",
        register="Amtsgericht Köln HRA 90811",
        tagline="Meisterbetrieb für Elektrotechnik",
    ),
    _vendor(
        "V-70045", "Maison Delorme SAS", ("18 quai Saint-Vincent", "69001", "Lyon", "FR"), "FR4711208835",
        vat_id=vat_id("FR", "81294730"), tax_label="N° TVA", bank="Crédit des Halles", bic="DEMOFRLYXXX",
        currency="EUR", language="fr", layout="maison", ink="#5b2333", accent="#b08d57",
        series="FA-{year}-{n:04d}", first=862,
        formats=(HYBRID, PDF, HYBRID, PDF, HYBRID), tax=Decimal("5.5"), category="S", terms=30,
        phone="+33 4 99 55 01 28", mail="comptabilite@maison-delorme.example",
        register="RCS Lyon · SAS au capital de 120 000 €",
        tagline="Épicerie fine depuis 1911",
    ),
    _vendor(
        "V-70052", "Harrow & Pike Ltd", ("41 Tanner Street", "SE1 3PL", "London", "GB"), "GB3192684700",
        vat_id=vat_id("GB", "9163472"), tax_label="VAT No.", bank="Thames & County Bank", bic="DEMOGB2LXXX",
        currency="GBP", language="en-GB", layout="letterhead", ink="#20252b", accent="#7a1f2b",
        series="HP{n}", first=20417,
        formats=(PDF,), tax=Decimal("20"), category="S", terms=30,
        phone="+44 20 7946 0182", mail="accounts@harrowandpike.example",
        register="Registered in England No. 09990417",
        tagline="Brand & Exhibition Design",
    ),
    _vendor(
        "V-70068", "Bluepeak Cloud Inc.", ("2200 Alder Avenue, Suite 410", "WA 98121", "Seattle", "US"),
        "DE0099140077",
        vat_id=None, tax_number="99-0417288", tax_label="EIN", bank="Rainier Trust Europe", bic="DEMODEFFXXX",
        currency="USD", language="en-US", layout="sidebar", ink="#1f3b8f", accent="#38a3f1",
        series="INV-{n:06d}", first=48112,
        formats=(PDF,), tax=Decimal("0"), category="G", terms=30,
        phone="+1 206 555 0147", mail="billing@bluepeak.example",
        register="Incorporated in Washington, UBI 999 041 728",
        tagline="Hosting for people who sleep at night",
    ),
    _vendor(
        "V-70071", "Alpentor Waagen AG", ("Technikumstrasse 9", "8400", "Winterthur", "CH"), "CH0184220613",
        vat_id=vat_id("CH", "10438291"), tax_label="UID", bank="Tössbank AG", bic="DEMOCHZZXXX",
        currency="CHF", language="de-CH", layout="slip", ink="#111111", accent="#c8102e", series="{n}",
        first=904410,
        formats=(PDF,), tax=Decimal("8.1"), category="S", terms=30,
        phone="+41 52 555 01 36", mail="finanzen@alpentor.example",
        register="Handelsregister des Kantons Zürich",
        tagline="Präzision in Gramm",
    ),
    _vendor(
        "V-70079", "Van der Meulen Koeltechniek B.V.", ("Waalhavenweg 210", "3089 KA", "Rotterdam", "NL"),
        "NL0417164300",
        vat_id=vat_id("NL", "81904472"), tax_label="Btw-nr.", bank="Maasbank", bic="DEMONL2RXXX",
        currency="EUR", language="nl", layout="cards", ink="#0f6b6b", accent="#f26b3a",
        series="VM{year}{n:04d}", first=1288,
        formats=(PDF, UBL, PDF, UBL, PDF, UBL), tax=Decimal("0"), category="AE", terms=30,
        phone="+31 10 555 0129", mail="facturen@vdmeulen.example", register="KvK 99041728",
        tagline="Koeltechniek",
    ),
    _vendor(
        "V-70083", "Oleificio Santacroce S.r.l.", ("Contrada Lamalunga 12", "70022", "Altamura (BA)", "IT"),
        "IT000041728866",
        vat_id=vat_id("IT", "0704172080"), tax_label="P. IVA", bank="Banca del Levante", bic="DEMOITBAXXX",
        currency="EUR", language="it", layout="form", ink="#3d5a1e", accent="#c9b458", series="{n}/{year}",
        first=642,
        formats=(PDF,), tax=Decimal("0"), category="K", terms=60,
        phone="+39 080 555 0114", mail="amministrazione@santacroce.example", register="R.E.A. BA-990417",
        tagline="Olio extravergine dal 1932",
    ),
    _vendor(
        "V-70088", "Conservas Montalbán S.L.",
        ("Polígono La Serreta, nave 6", "30500", "Molina de Segura", "ES"), "ES0417288001",
        vat_id=vat_id("ES", "3099417"), tax_label="NIF", bank="Caja Huertana", bic="DEMOESMUXXX",
        currency="EUR", language="es", layout="form", ink="#a32b1d", accent="#f0b429",
        series="F{year}-{n:04d}", first=1175,
        formats=(PDF,), tax=Decimal("0"), category="K", terms=45,
        phone="+34 968 55 01 72", mail="facturacion@montalban.example",
        register="Registro Mercantil de Murcia, hoja MU-99041",
        tagline="Conservas vegetales",
    ),
    _vendor(
        "V-70091", "Wachauer Marillenhof Leopold GmbH", ("Kellergasse 5", "3500", "Krems an der Donau", "AT"),
        "AT04172880011",
        vat_id=vat_id("AT", "6641728"), tax_label="UID-Nr.", bank="Donauländische Bank", bic="DEMOATWWXXX",
        currency="EUR", language="de-AT", layout="maison", ink="#8a4b08", accent="#f2a33c",
        series="AR-{n:05d}", first=2093,
        formats=(HYBRID, PDF, HYBRID, HYBRID, PDF), tax=Decimal("0"), category="K", terms=30,
        phone="+43 2732 555 018", mail="buchhaltung@marillenhof.example",
        register="FN 990417k, Landesgericht Krems",
        tagline="Früchte aus der Wachau",
    ),
    _vendor(
        "V-70094", "Kitano Seiki Co., Ltd.", ("3-14 Meieki Minami", "450-0003", "Nagoya", "JP"),
        "DE0081729904",
        vat_id=None, tax_number="T9990417288001", tax_label="Registration No.", bank="Chubu Bank Düsseldorf",
        bic="DEMODEDDXXX",
        currency="JPY", language="en-JP", layout="letterhead", ink="#16324f", accent="#b3202a",
        series="KS-{n}", first=73055,
        formats=(PDF,), tax=Decimal("0"), category="G", terms=45,
        phone="+81 52 555 0140", mail="export@kitano-seiki.example",
        register="Corporate Number 9990417288001",
        tagline="Sensors & Sealing Parts",
    ),
    _vendor(
        "V-70096", "Øresund Emballage ApS", ("Refshalevej 163", "1432", "København", "DK"), "DK0041728866",
        vat_id=vat_id("DK", "9904172"), tax_label="CVR-nr.", bank="Sundbanken", bic="DEMODKKKXXX",
        currency="DKK", language="en-GB", layout="cards", ink="#12355b", accent="#d81e5b", series="{n}",
        first=330871,
        formats=(UBL,), tax=Decimal("0"), category="K", terms=30,
        phone="+45 55 50 01 53", mail="faktura@oresund.example", register="CVR",
        tagline="Emballage",
    ),
    _vendor(
        "V-70099", "Laboratoires Namur Analyses SRL", ("Rue de Fer 70", "5000", "Namur", "BE"), "BE0417288",
        vat_id=vat_id("BE", "09904172"), tax_label="TVA", bank="Banque de la Meuse", bic="DEMOBEBBXXX",
        currency="EUR", language="fr", layout="maison", ink="#1f4e79", accent="#7fb069",
        series="LN{year}.{n:04d}", first=518,
        formats=(CII, UBL), tax=Decimal("0"), category="AE", terms=30,
        phone="+32 81 55 01 66", mail="facturation@labo-namur.example", register="RPM Liège, division Namur",
        tagline="Analyses alimentaires",
    ),
)  # fmt: skip

UNKNOWN = _vendor(
    "unknown", "Lichtwerk Medien GmbH", ("Sonnenstraße 19", "80331", "München", "DE"), "DE0066554418",
    vat_id=vat_id("DE", "30771846"), tax_label="USt-IdNr.", bank="Isarbank", bic="DEMODEMMXXX",
    currency="EUR", language="de", layout="sidebar", ink="#46246b", accent="#f4b942", series="LW-{year}-{n}",
    first=209,
    formats=(PDF,), tax=Decimal("19"), category="S", terms=14,
    phone="+49 89 5550128", mail="hallo@lichtwerk-medien.example", register="Amtsgericht München HRB 990417",
    tagline="Foto · Film · Web", on_file=False,
)  # fmt: skip

LOOKALIKE = _vendor(
    "lookalike", "Nordwind Logistic GmbH", ("Speicherkai 41", "20457", "Hamburg", "DE"), "DE0911220038",
    vat_id=vat_id("DE", "81145236"), tax_label="USt-IdNr.", bank="Direktbank Nord", bic="DEMODEXXXXX",
    currency="EUR", language="de", layout="harbour", ink="#123a5e", accent="#e07a1f", series="NW-{n}",
    first=11902,
    formats=(PDF,), tax=Decimal("19"), category="S", terms=7,
    phone="+49 40 5550173", mail="billing@nordwind-logistic.example",
    register="Amtsgericht Hamburg HRB 900471",
    tagline="LOGISTIC", on_file=False,
)  # fmt: skip
