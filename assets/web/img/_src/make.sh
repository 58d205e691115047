#!/bin/sh
# Draws the bitmaps of the brand from its SVGs. Needs chromium , ImageMagick (convert) and optipng.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
draw() { # draw FILE.svg SIZE OUT
	echo "<style>html,body{margin:0}img{display:block;width:$2px;height:$2px}</style><img src=\"file://$(realpath "$1")\">" >"$work/page.html"
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
		--user-data-dir="$work/profile" --screenshot="$work/shot.png" --window-size="$2,$(($2 + 200))" "file://$work/page.html" >/dev/null 2>&1
	convert "$work/shot.png" -crop "$2x$2+0+0" +repage -strip -define png:exclude-chunks=gAMA,cHRM,bKGD,tIME,date "$3"
}
draw ../mark.svg 512 ../mark.png
draw icon.svg 192 ../icon-192.png
draw icon.svg 512 ../icon-512.png
draw maskable.svg 512 ../icon-maskable-512.png
for s in 16 32 48; do draw ../favicon.svg $s "$work/f$s.png"; done
convert "$work/f16.png" "$work/f32.png" "$work/f48.png" ../favicon.ico
convert ../mark.png -alpha off -strip ../mark.png
optipng -quiet -o5 -strip all ../*.png
ls -l ..
