package render

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"promostack/store"
)

// The files of the previous product that are kept up to date for its old clients and the CDN, by name. They are
// exports: the database is the one truth.
const IndexFile = "templates/index.json"

// MetaFile is the name of a template's description.
func MetaFile(slug string) string { return "templates/" + slug + "/meta.json" }

// ArtFile is the name under which a variant's artwork is kept for old clients: always .png, whatever it holds.
func ArtFile(slug, variant string) string { return "templates/" + slug + "/" + variant + ".png" }

// MetaJSON is the meta.json of a template, with every key of the previous product, ours beside them, and the keys of
// an import that nobody knows as they came. base is the public address of the files, without a slash at its end.
func MetaJSON(t store.Template, base string) ([]byte, error) {
	doc := extras(t.Extra)
	doc["name"] = t.Name
	doc["telegramEnabled"] = t.Telegram
	doc["webEnabled"] = t.Web
	doc["position"] = t.Position
	doc["version"] = t.Version
	for _, v := range t.Variants {
		doc[v.Name] = metaVariant(t.Slug, v, base)
	}
	return pretty(doc)
}

func metaVariant(slug string, v store.Variant, base string) map[string]any {
	doc := extras(v.Extra)
	doc["box"] = v.Box
	doc["fontColor"] = v.FontColor
	doc["imageUrl"] = base + "/" + ArtFile(slug, v.Name)
	doc["font"] = v.Font
	doc["stroke"] = v.Stroke
	doc["paddingPct"] = v.PaddingPct
	doc["showLogo"] = v.Logo
	doc["width"], doc["height"] = v.Width, v.Height
	if v.MaxFontPx > 0 {
		doc["maxFontPx"] = v.MaxFontPx
	}
	return doc
}

// IndexJSON is the index.json of a workspace's templates, by name: the previous product's keys, and the switches
// that its readers looked for there and did not find.
func IndexJSON(templates []store.Template, base string) ([]byte, error) {
	list := []map[string]any{}
	sorted := slices.SortedFunc(slices.Values(templates), func(a, b store.Template) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Slug, b.Slug))
	})
	for _, t := range sorted {
		entry := map[string]any{
			"slug": t.Slug, "name": t.Name, "meta": "assets/" + MetaFile(t.Slug),
			"telegramEnabled": t.Telegram, "webEnabled": t.Web,
		}
		for _, v := range t.Variants {
			entry[v.Name] = base + "/" + ArtFile(t.Slug, v.Name)
		}
		list = append(list, entry)
	}
	return pretty(map[string]any{"templates": list})
}

func extras(from map[string]json.RawMessage) map[string]any {
	doc := map[string]any{}
	for k, v := range maps.All(from) {
		doc[k] = v
	}
	return doc
}

// pretty is the document as people read it. It fails on an unknown key whose value is no JSON.
func pretty(doc map[string]any) ([]byte, error) {
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the export: %w", err)
	}
	return append(out, '\n'), nil
}
