"""Every number in the demo's master data has right check digits, and belongs to nobody."""

import pytest
from stdnum import get_cc_module, iban
from stdnum.be import iban as be_iban
from stdnum.ch import vat as ch_vat
from stdnum.es import iban as es_iban

from agentops.agents.invoices.demo.identifiers import grouped
from agentops.agents.invoices.demo.vendors import LOOKALIKE, OWN, UNKNOWN, VENDORS

EVERYBODY = (*VENDORS, UNKNOWN, LOOKALIKE)
TAXED = [company for company in (*EVERYBODY, OWN) if company.vat_id]


@pytest.mark.parametrize("company", TAXED, ids=lambda company: company.name)
def test_a_vat_id_is_valid_in_its_country(company):
    module = ch_vat if company.country == "CH" else get_cc_module(company.country.lower(), "vat")
    assert module.is_valid(company.vat_id)


@pytest.mark.parametrize("vendor", EVERYBODY, ids=lambda vendor: vendor.name)
def test_an_iban_is_valid(vendor):
    assert iban.is_valid(vendor.iban)
    assert grouped(vendor.iban).replace(" ", "") == vendor.iban


def test_national_check_digits_inside_an_iban_are_right_too():
    by_country = {vendor.iban[:2]: vendor.iban for vendor in VENDORS}
    assert es_iban.is_valid(by_country["ES"])
    assert be_iban.is_valid(by_country["BE"])
    bank, branch, account, key = (int(by_country["FR"][a:b]) for a, b in ((4, 9), (9, 14), (14, 25), (25, 27)))
    assert (89 * bank + 15 * branch + 3 * account + key) % 97 == 0


def test_no_two_companies_share_an_account_or_a_vat_id():
    accounts = [vendor.iban for vendor in EVERYBODY]
    assert len(set(accounts)) == len(accounts)
    assert len({company.vat_id for company in TAXED}) == len(TAXED)
