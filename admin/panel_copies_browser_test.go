package admin

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"promostack/admin/browsertest"
	"promostack/admin/setup"
	"promostack/store"
)

// withCopies gives a site a replica that is late, files that wait, a drill that failed, and a doctor with one patient.
func withCopies(t *testing.T, site *liveSite) *setup.Check {
	last := time.Now().Add(-3 * time.Minute)
	site.Copies = func(context.Context) setup.Copies {
		return setup.Copies{Backup: true, Replica: setup.ReplicaCopy{On: true, Where: "bucket b, db", LastSync: &last, LagSeconds: 180, Late: true},
			Files: setup.FileCopies{On: true, Where: "bucket b", Waiting: 3, DownSince: &last},
			Drill: &store.Drilled{At: last, Sentence: "The replica did not give the database back: it is torn."}}
	}
	sick := &setup.Check{Part: "object storage", Status: setup.Fail, Why: "the bucket is full.", Do: "Make room."}
	site.Doctor = func(_ context.Context, part string) []setup.Check {
		if part == sick.Part {
			return []setup.Check{*sick}
		}
		return []setup.Check{{Part: "disk", Status: setup.OK, Why: "9 MB free."}, *sick, {Part: "AI", Status: setup.Off, Why: "no key."}}
	}
	site.Backup = func(context.Context) (*os.File, error) {
		name := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(name, []byte("SQLite format 3"), 0o600); err != nil {
			return nil, err
		}
		return os.Open(name)
	}
	return sick
}

func TestPanelShowsCopiesAndHealth(t *testing.T) {
	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		t.Run(screen.Name, func(t *testing.T) {
			site := openSite(t)
			sick := withCopies(t, site)
			p := openPanel(t, site, screen)
			room(p, "#/system", `section[aria-label="Copies and backups"] .lines li`)
			const copies, health = `section[aria-label="Copies and backups"]`, `section[aria-label="Health"]`
			p.WaitText(copies, "180 s behind")
			p.WaitText(copies, "3 files not replicated yet")
			p.WaitText(copies, "did not give the database back")
			p.Click(health + ` [data-part=""]`)
			p.WaitText(health, "the bucket is full. Make room.")
			p.Until(`!document.querySelector(".bones")`)
			p.Axe("system with copies")
			p.NoSidewaysScroll("system with copies")
			sick.Status, sick.Why, sick.Do = setup.OK, "there is room again.", ""
			p.Click(health + ` [data-part="object storage"]`)
			p.WaitText(health, "there is room again.")
		})
	}
}
