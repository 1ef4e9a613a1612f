"""Once rehearsed, numbers of every country are judged without opening a file: behind the walls there are none."""

import json
import subprocess
import sys

EXAMPLES = (  # the examples of the IBAN registry, one a country, and VAT ids that are right
    *("AD1200012030200359100100", "AT611904300234573201", "BE71096123456769", "BG80BNBG96611020345678"),
    *("CH9300762011623852957", "CY17002001280000001200527600", "CZ6508000000192000145399", "DE89370400440532013000"),
    *("DK5000400440116243", "EE382200221020145685", "ES9121000418450200051332", "FI2112345600000785"),
    *("FR1420041010050500013M02606", "GB29NWBK60161331926819", "GR1601101250000000012300695", "HR1210010051863000160"),
    *(
        "HU42117730161111101800000000",
        "IE29AIBK93115212345678",
        "IS140159260076545510730339",
        "IT60X0542811101000000123456",
    ),
    *("LI21088100002324013AA", "LT121000011101001000", "LU280019400644750000", "LV80BANK0000435195001"),
    *("MC5811222000010123456789030", "MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300", "NO9386011117947"),
    *(
        "PL61109010140000071219812874",
        "PT50000201231234567890154",
        "RO49AAAA1B31007593840000",
        "SE4550000000058398257466",
    ),
    *("SI56263300012039086", "SK3112000000198742637541", "SM86U0322509800000000270100", "TR330006100519786457841326"),
)
VAT_IDS = ("ATU13585627", "BE0428759497", "DE136695976", "DK13585628", "ESA13585625", "FR83404833048", "NL004495445B01")
ASK = """
import json, sys
sys.path.insert(0, ".")
from agentops.agents.invoices.reading.rehearsal import rehearse
from stdnum import iban
from stdnum.eu import vat
rehearse()
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
accounts, ids = json.loads(sys.argv[1])
right = [number for number in accounts if iban.is_valid(number)]
named = [number for number in ids if vat.is_valid(number)]
print(json.dumps([right, named, opened]))
"""


def test_a_right_account_of_any_country_needs_no_file_that_was_not_read_before():
    asked = json.dumps([EXAMPLES, VAT_IDS])
    done = subprocess.run([sys.executable, "-c", ASK, asked], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    right, named, opened = json.loads(done.stdout)
    assert right == list(EXAMPLES)  # the whole check was made, not a first one that failed
    assert named == list(VAT_IDS)
    assert opened == []
