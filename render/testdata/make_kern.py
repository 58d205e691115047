"""Makes kern.json with HarfBuzz: for every pair of the alphabet, the advance of its first glyph in font units.

    python3 make_kern.py ../../assets/fonts > kern.json        (hb-shape 6.0, default features, guessed script)

kern.json: {font file: [row per first character, in the order of ALPHABET, of 38 advances]}. A pair that moves
anything else (the second glyph, an offset, a ligature) would stop this script.
"""
import json
import os
import re
import subprocess
import sys

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
FILES = ["code-inter-700.ttf", "code-poppins-700.ttf", "code-montserrat-800.ttf", "code-bebas-neue-400.ttf"]
GLYPHS = re.compile(r"^\[\d+=0\+(\d+)\|\d+=1\+(\d+)\]$")


def shape(path, lines):
    run = subprocess.run(["hb-shape", "--no-glyph-names", "--font-size=upem", path], input="\n".join(lines) + "\n",
                         capture_output=True, text=True, check=True)
    return run.stdout.split("\n")[:len(lines)]


fixture = {}
for name in FILES:
    path = os.path.join(sys.argv[1], name)
    alone = [int(re.match(r"^\[\d+=0\+(\d+)\]$", line)[1]) for line in shape(path, list(ALPHABET))]
    rows = []
    for first in ALPHABET:
        row = []
        for second, line in zip(range(38), shape(path, [first + second for second in ALPHABET])):
            match = GLYPHS.match(line)
            assert match and int(match[2]) == alone[second], (name, first, ALPHABET[second], line)
            row.append(int(match[1]))
        rows.append(row)
    fixture[name] = rows
print("{" + ",\n".join('"%s":[\n%s]' % (n, ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)) for n, rows in fixture.items()) + "}")
