package render

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"promostack/assets"
	"promostack/store"
)

// smallStarters are three templates of one small picture each: what is remembered does not depend on their size.
func smallStarters(t *testing.T) fs.FS {
	t.Helper()
	art := &fstest.MapFile{Data: pngOf(t, stripes(60, 60))}
	one := `{"slug":"%[1]s","name":"%[1]s","variants":[{"name":"square","file":"a.png","box":{"leftPct":10,"topPct":40,"widthPct":80,"heightPct":40},"font":"inter-700","fontColor":"#FFFFFF"}]}`
	list := fmt.Sprintf("["+one+",", "one") + fmt.Sprintf(one+",", "two") + fmt.Sprintf(one+"]", "three")
	return fstest.MapFS{"a.png": art, "manifest.json": &fstest.MapFile{Data: []byte(list)}}
}

func TestInstallPutsEveryStarterTemplateIn(t *testing.T) {
	if testing.Short() {
		t.Skip("twelve large pictures take their time under the race detector")
	}
	s, ws, _ := studioFor(t)
	manifest, err := readManifest(assets.Starter())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second start changes nothing
		if err := s.Install(t.Context(), ws); err != nil {
			t.Fatal(err)
		}
	}
	list, err := ws.Templates(t.Context(), store.TemplateFilter{})
	if err != nil || len(list) != len(manifest) || len(list) < 6 {
		t.Fatalf("%d templates of %d, %v", len(list), len(manifest), err)
	}
	for _, tpl := range list {
		if tpl.Version != 1 || !tpl.Web || !tpl.Telegram {
			t.Errorf("%s: version %d, web %v, Telegram %v", tpl.Slug, tpl.Version, tpl.Web, tpl.Telegram)
		}
		for _, v := range tpl.Variants {
			if found, err := s.Lint(t.Context(), v, nil); err != nil || len(found) > 0 {
				t.Errorf("%s %s: %+v, %v", tpl.Slug, v.Name, found, err)
			}
			v.Logo = false
			if _, err := VariantFit(v, "WELCOME-30"); err != nil {
				t.Errorf("%s %s: %v", tpl.Slug, v.Name, err)
			}
			if _, err := s.readBlob(t.Context(), v.Thumb); err != nil {
				t.Errorf("%s %s: thumbnail: %v", tpl.Slug, v.Name, err)
			}
		}
	}
}

func TestInstallLeavesAWorkspaceAloneThatHadTemplates(t *testing.T) {
	s, ws, _ := studioFor(t)
	publish(t, s, ws, "mine", stripes(100, 100), store.Variant{Box: lowBox})
	if _, err := ws.DeleteTemplates(t.Context(), []string{"mine"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Install(t.Context(), ws); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := ws.Templates(t.Context(), store.TemplateFilter{}); err != nil || len(list) != 0 {
		t.Errorf("%d templates, %v", len(list), err)
	}
}

func TestInstallDoesNotBringDeletedStartersBack(t *testing.T) {
	s, ws, _ := studioFor(t)
	starters := smallStarters(t)
	if err := s.installFrom(t.Context(), ws, starters); err != nil {
		t.Fatal(err)
	}
	list, err := ws.Templates(t.Context(), store.TemplateFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ws.DeleteTemplates(t.Context(), []string{list[0].Slug}); err != nil {
		t.Fatal(err)
	}
	if err := s.installFrom(t.Context(), ws, starters); err != nil {
		t.Fatal(err)
	}
	if _, err := ws.Template(t.Context(), list[0].Slug); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%s came back: %v", list[0].Slug, err)
	}
}

func TestInstallGoesOnAfterACrash(t *testing.T) {
	s, ws, _ := studioFor(t)
	starters := smallStarters(t)
	manifest, err := readManifest(starters)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.beginInstall(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	if err := s.installOne(t.Context(), ws, starters, manifest[2]); err != nil {
		t.Fatal(err)
	}
	if err := s.installFrom(t.Context(), ws, starters); err != nil {
		t.Fatal(err)
	}
	if list, err := ws.Templates(t.Context(), store.TemplateFilter{}); err != nil || len(list) != len(manifest) {
		t.Errorf("%d templates of %d, %v", len(list), len(manifest), err)
	}
}
