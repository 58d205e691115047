package browsertest

import (
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// File is what a page gave the person to keep.
type File struct {
	Name string // as suggested by the page
	Data []byte
}

// downloads is where a page's files land.
type downloads struct {
	dir    string
	events chan any // the browser's downloadWillBegin and downloadProgress
}

// acceptDownloads sends the downloads of this page's profile to a folder of the test.
func (p *Page) acceptDownloads() {
	p.t.Helper()
	d := &downloads{dir: p.t.TempDir(), events: make(chan any, 4096)}
	p.download = d
	on := true
	err := chromedp.ListenBrowser(p.ctx, func(ev any) {
		switch ev.(type) {
		case *browser.EventDownloadWillBegin, *browser.EventDownloadProgress:
			select {
			case d.events <- ev:
			default:
			}
		}
	})
	if err != nil {
		p.t.Fatalf("listen for downloads: %v", err)
	}
	_, err = chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		DownloadPath: d.dir, EventsEnabled: &on})
	if err != nil {
		p.t.Fatalf("accept downloads: %v", err)
	}
}

// Download does what starts a download, waits for the file and reads it.
func (p *Page) Download(start func()) File {
	p.t.Helper()
	start()
	late := time.NewTimer(patience)
	defer late.Stop()
	var file File
	guid := ""
	for {
		select {
		case ev := <-p.download.events:
			switch ev := ev.(type) {
			case *browser.EventDownloadWillBegin:
				if _, err := os.Stat(filepath.Join(p.download.dir, ev.GUID)); guid == "" || err == nil {
					guid, file.Name = ev.GUID, ev.SuggestedFilename
				}
			case *browser.EventDownloadProgress:
				if ev.GUID != guid || ev.State == browser.DownloadProgressStateInProgress {
					continue
				}
				if ev.State != browser.DownloadProgressStateCompleted {
					p.t.Fatalf("download of %s: %s", file.Name, ev.State)
				}
				data, err := os.ReadFile(filepath.Join(p.download.dir, guid))
				if err != nil {
					p.t.Fatalf("read the download: %v", err)
				}
				file.Data = data
				return file
			}
		case <-late.C:
			p.t.Fatalf("no download came\n%s", p.situation())
		}
	}
}

// pathOf is the path of an address, "" when it has none.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}
