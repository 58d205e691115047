"""Cuts the coupon fonts down to the alphabet of a code: A-Z 0-9 - _ and the space.

    cd assets/_src && python3 cut_fonts.py fonts ../fonts        (fontTools 4.38)

The page then loads 4-7 KiB a font, and browser, server and HarfBuzz cannot disagree: the cut has no GSUB
(Inter would swap the hyphen by its neighbours), no hinting, and only the kern feature of GPOS. Where a font
has a hyphen made for capitals (hyphen.case), the cut always uses it: a code is capitals. The licences (SIL OFL
1.1, no reserved font names) stand beside the fonts.
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

CUTS = {
    "Inter_700Bold.ttf": "code-inter-700.ttf",
    "Poppins_700Bold.ttf": "code-poppins-700.ttf",
    "Montserrat_800ExtraBold.ttf": "code-montserrat-800.ttf",
    "BebasNeue_400Regular.ttf": "code-bebas-neue-400.ttf",
}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ "


def cut(source, target):
    font = TTFont(source, recalcTimestamp=False)
    if "hyphen.case" in font.getGlyphOrder():
        for table in font["cmap"].tables:
            if ord("-") in table.cmap:
                table.cmap[ord("-")] = "hyphen.case"
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["GSUB", "STAT", "gasp", "DSIG"]
    options.recalc_timestamp = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=[ord(c) for c in ALPHABET])
    worker.subset(font)
    font.save(target)


whole, cuts = sys.argv[1:]
for source, target in CUTS.items():
    cut(os.path.join(whole, source), os.path.join(cuts, target))
