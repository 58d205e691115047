package admin

import (
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/store"
)

func TestPanelNeverOverwritesSomebodyElsesDraft(t *testing.T) {
	site := openSite(t)
	mine, theirs := openPanel(t, site, browsertest.Desktop()), openPanel(t, site, browsertest.Desktop())
	for _, p := range []*browsertest.Page{mine, theirs} {
		room(p, "#/templates/members-only", ".bench")
		drawn(p)
	}
	mine.Allow("409")
	theirs.Fill("#template-name", "Their name")
	saved(theirs)

	mine.Fill("[name=leftPct]", "3")
	mine.WaitText("dialog h2", "Somebody else changed this draft")
	mine.WaitText("dialog", "Different: name, square: place")
	mine.Axe("conflict")
	mine.Shot("panel-conflict")
	mine.Click("dialog footer .quiet")
	mine.WaitText(".savenote", "Not saved")
	mine.Click(".savenote .button")
	mine.Click("dialog footer .button:nth-child(2)") // take theirs
	saved(mine)
	mine.WaitText(".bar h1", "Their name")

	mine.Fill("[name=leftPct]", "4")
	saved(mine)
	mine.Until(`document.querySelector(".savenote").textContent.startsWith("Saved") && !document.querySelector("dialog")`)
	theirs.Allow("409")
	theirs.Fill("#template-name", "Their last name")
	theirs.WaitText("dialog h2", "Somebody else changed this draft")
	theirs.Click("dialog footer .primary") // keep mine
	saved(theirs)
	d, err := site.ws.Draft(t.Context(), "members-only")
	if err != nil || !strings.Contains(string(d.Body), "Their last name") {
		t.Errorf("the draft holds %s, %v", d.Body, err)
	}
}

func TestPanelNeverPublishesOverANewerVersionUnasked(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates/members-only", ".bench")
	drawn(p)
	p.Allow("409")
	p.Fill("#template-name", "Mine")
	saved(p)
	now, _ := kept(t, site, "members-only")
	now.Name = "Published meanwhile"
	if _, err := site.ws.PublishTemplate(t.Context(), now, now.Version); err != nil {
		t.Fatal(err)
	}
	p.Click(".bar .actions .primary")
	p.Until(`document.querySelector("dialog footer .primary")?.getAttribute("aria-disabled") === null && !document.querySelector("dialog .bones")`)
	p.Click("dialog footer .primary")
	p.WaitText("dialog h2", "Version 2 was published meanwhile")
	if tpl, _ := kept(t, site, "members-only"); tpl.Name != "Published meanwhile" {
		t.Errorf("it was overwritten: %s", tpl.Name)
	}
	p.Click("dialog footer .primary") // publish mine over it
	p.WaitText("dialog h2", "Publish “Mine”")
	p.Until(`document.querySelector("dialog footer .primary")?.getAttribute("aria-disabled") === null && !document.querySelector("dialog .bones")`)
	p.Click("dialog footer .primary")
	p.WaitText(".savenote", "Version 3")
	versions, err := site.ws.TemplateVersions(t.Context(), "members-only")
	if err != nil || len(versions) != 3 || versions[0].Name != "Mine" {
		t.Errorf("%d versions, %v", len(versions), err)
	}
}

func TestPanelAsksForThePasswordOverThePageAndLosesNothing(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Phone())
	p.Allow("401")
	room(p, "#/brand", ".brandform")
	name := browsertest.Eval[string](p, `document.querySelector(".brandform input").id`)
	p.Fill("#"+name, "Typed before it ended")
	if err := site.Store.RevokeAllSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Click(".brandform footer .primary")
	p.WaitText("dialog h2", "Sign in again")
	p.Axe("session ended")
	p.Shot("panel-session-ended")
	p.Fill("dialog #signin-password", rightPassword)
	p.Press("Enter")
	p.WaitText(".toast", "The brand is saved")
	if b, err := site.ws.Brand(t.Context()); err != nil || b.ProductName != "Typed before it ended" {
		t.Errorf("the brand is %q, %v", b.ProductName, err)
	}
}

func TestPanelSavesAgainAfterAnOutage(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates/black-friday", ".bench")
	drawn(p)
	p.Allow("Failed to load resource")
	site.stop()
	p.Fill("[name=widthPct]", "33")
	p.WaitText(".savenote", "Not saved")
	p.Shot("panel-not-saved")
	site.start(t)
	p.Click(".savenote .button")
	saved(p)
	d, err := site.ws.Draft(t.Context(), "black-friday")
	if err != nil || !strings.Contains(string(d.Body), `"widthPct":33`) {
		t.Errorf("the draft holds %s, %v", d.Body, err)
	}
}

func TestPanelKeepsAListOfCodes(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	p.Allow("422")
	room(p, "#/coupons", ".codes .empty")
	p.WaitText(".provider", "Fixed by the variable FUNDERPRO_PRODUCT_ID")
	p.Click(".codes header .primary")
	p.WaitFor("dialog.side form")
	p.Click("dialog footer .primary")
	p.WaitText("dialog .error", "Type a code")
	p.Keys("save 30")
	id := browsertest.Eval[string](p, `[...document.querySelectorAll("dialog label")].find(l => l.textContent === "Percent").htmlFor`)
	p.Fill("#"+id, "30")
	p.Axe("a new code")
	p.Click("dialog footer .primary")
	p.WaitText(".coupons", "SAVE-30")
	p.WaitText(".coupons", "30 %")

	p.Click(`.codes header .button`) // import
	p.WaitFor("dialog .slot.csv")
	give(p, "#csv-file", "codes.csv", "text/csv", []byte("\ufeffcode;percent;ends\r\nSPRING;12,5;2027-01-01\r\nBROKEN;lots;\r\n=CMD;5;\r\n"))
	p.WaitText("dialog .rowreport", "BROKEN")
	p.WaitText("dialog", "Nothing is imported while a row is wrong")
	p.Axe("import, refused")
	p.Shot("panel-import")
	if list, n, err := site.ws.Coupons(t.Context(), store.CouponFilter{Limit: 10}); err != nil || n != 1 {
		t.Errorf("half imported: %v, %v", list, err)
	}
	give(p, "#csv-file", "codes.csv", "text/csv", []byte("code,percent\nSPRING,12.5\nSUMMER,15\n"))
	p.WaitText("dialog footer .primary", "Import 2 changes")
	p.Click("dialog footer .primary")
	p.WaitText(".toast", "Imported: 2 new")
	p.WaitText(".codes header", "3 codes")
	p.Click(`.coupons tr:nth-child(1) .act button`)
	p.WaitText(".toast", "Deleted SAVE-30")
	browsertest.Eval[*bool](p, `document.activeElement.blur()`)
	p.Press("Control+z")
	p.WaitText(".toast", "back")
	p.WaitText(".coupons", "SAVE-30")
	p.Fill(".trial input", "save20")
	p.Press("Enter")
	p.WaitText(".trial .notice", "SAVE20")
	p.WaitText(".verdictlist", "SAVE20")
}
