package render

import (
	"encoding/json"
	"reflect"
	"testing"

	"promostack/store"
)

func promo3() store.Template {
	return store.Template{
		Slug: "promo-3", Name: "Promo 3", Version: 4, Web: true, Telegram: true,
		Extra: map[string]json.RawMessage{"campaign": json.RawMessage(`{"id":7}`)},
		Variants: []store.Variant{{
			Name: "square", Width: 1080, Height: 1080, Art: "art/0123456789abcdef0123456789abcdef.png", MaxFontPx: 80, FontColor: "#FFFFFF", Font: "inter-700",
			Box:   store.Box{LeftPct: 50.4, TopPct: 84, WidthPct: 38.8, HeightPct: 4.3, HAlign: "center", VAlign: "middle"},
			Extra: map[string]json.RawMessage{"showQR": json.RawMessage(`true`)},
		}},
	}
}

const files = "https://cdn.example.com"

// wantJSON compares by meaning the keys that want names; others may stand beside them.
func wantJSON(t *testing.T, got []byte, want string) {
	t.Helper()
	var g, w map[string]any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	for k, v := range w {
		if !reflect.DeepEqual(g[k], v) {
			t.Errorf("%s is %v, want %v", k, g[k], v)
		}
	}
}

func TestMetaJSONHasTheOldKeysAndKeepsUnknownOnes(t *testing.T) {
	meta, err := MetaJSON(promo3(), files)
	if err != nil {
		t.Fatal(err)
	}
	wantJSON(t, meta, `{"name":"Promo 3","telegramEnabled":true,"campaign":{"id":7},"square":{
		"box":{"leftPct":50.4,"topPct":84,"widthPct":38.8,"heightPct":4.3,"hAlign":"center","vAlign":"middle"},
		"maxFontPx":80,"fontColor":"#FFFFFF","imageUrl":"https://cdn.example.com/templates/promo-3/square.png","showQR":true,
		"font":"inter-700","stroke":false,"paddingPct":0,"showLogo":false,"width":1080,"height":1080}}`)
}

func TestIndexJSONIsSortedByNameAndCarriesTheSwitches(t *testing.T) {
	hidden := promo3()
	hidden.Slug, hidden.Name, hidden.Telegram = "10k-giveaway-", "10k Giveaway (2)", false
	hidden.Variants[0].Name = "story"
	index, err := IndexJSON([]store.Template{promo3(), hidden}, files)
	if err != nil {
		t.Fatal(err)
	}
	wantJSON(t, index, `{"templates":[
		{"slug":"10k-giveaway-","name":"10k Giveaway (2)","meta":"assets/templates/10k-giveaway-/meta.json","telegramEnabled":false,"webEnabled":true,
			"story":"https://cdn.example.com/templates/10k-giveaway-/story.png"},
		{"slug":"promo-3","name":"Promo 3","meta":"assets/templates/promo-3/meta.json","telegramEnabled":true,"webEnabled":true,
			"square":"https://cdn.example.com/templates/promo-3/square.png"}]}`)
}

func TestIndexJSONOfNothingIsAnEmptyList(t *testing.T) {
	index, err := IndexJSON(nil, files)
	if err != nil || string(index) != "{\n  \"templates\": []\n}\n" {
		t.Errorf("%q, %v", index, err)
	}
}

func TestExportsSayWhenAnUnknownKeyIsNoJSON(t *testing.T) {
	broken := promo3()
	broken.Extra["campaign"] = json.RawMessage(`{`)
	if _, err := MetaJSON(broken, files); err == nil {
		t.Error("half a document was written")
	}
}
