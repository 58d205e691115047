#!/bin/sh
# Makes the two interface fonts from the static Inter TTFs.
# Usage: make.sh DIR, where DIR is the unpacked npm package @expo-google-fonts/inter (0.4.2).
# Needs hb-subset (Debian: libharfbuzz-bin) and woff2_compress (Debian: woff2).
set -eu
from=$1
here=$(dirname "$0")
ranges=0020-007E,00A0-017F,0192,0218-021B,02C6,02DA,02DC,2002-200A,2010-2015,2018-201E,2020-2022,2026,2030,2032-2033,2039-203A,2044,20A6,20A9-20AC,20B4,20B9,20BA,20BD,20BF,2116,2122,2190-2193,2196-2199,21A9,2212,00D7,2248,2260,2264-2265,25B2,25BC,25CF,2318,21E7,23CE,2713,2717
for cut in 400:400Regular/Inter_400Regular.ttf 600:600SemiBold/Inter_600SemiBold.ttf; do
	out=$here/InterUI-${cut%%:*}
	hb-subset --unicodes="$ranges" --layout-features=kern,tnum,mark,ccmp,case,zero \
		--no-hinting --name-IDs=0,1,2,4,6,13,14 --output-file="$out.ttf" "$from/${cut##*:}"
	woff2_compress "$out.ttf"
	rm "$out.ttf"
done
# The cards that bots post are drawn by the server: the same face as TrueType, Basic Latin only, without kerning.
for cut in 500:500Medium/Inter_500Medium.ttf 700:700Bold/Inter_700Bold.ttf; do
	hb-subset --unicodes=0020-007E,00A0,00B7,00D7,2013,2014,2026,2192,25B2,25BC --layout-features=kern --no-hinting \
		--output-file="$here/InterCard-${cut%%:*}.ttf" "$from/${cut##*:}"
done
ls -l "$here"/*.woff2 "$here"/*.ttf
