package browser

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/yishi-project/yishi/deliberation"
)

// The sizes at which pages are looked at, in CSS pixels.
var (
	phone   = size{390, 844}
	desktop = size{1280, 900}
	narrow  = size{320, 640}
)

type size struct{ width, height int64 }

// patience bounds one step of the browser.
const patience = 30 * time.Second

// tab is one person's browser, with cookies of its own.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
	name string

	mu       sync.Mutex
	problems []string
	bytes    float64
	status   int64
}

// newTab opens a browser of its own.
func newTab(t *testing.T, base, name string) *tab {
	t.Helper()
	b := &tab{T: t, base: base, name: name}
	ctx, end := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(end)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // opens the tab, which lives as long as this context
		t.Fatal(err)
	}
	b.do(call(log.Enable, cdp.Empty{}), call(audits.Enable, cdp.Empty{}), call(network.Enable, network.EnableParams{}),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "zh-CN"}}))
	b.size(phone)
	return b
}

// call makes a step of one command to the browser.
func call[P any](c cdp.Command[P, cdp.Empty], params P) step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, c, params)
		return chromedp.Void{}, err
	}
}

// enter opens a tab and signs the person in by a one-time link.
func (w *town) enter(t *testing.T, who deliberation.PersonID, name string) *tab {
	t.Helper()
	b := newTab(t, w.base, name)
	b.open("/sign-in/" + w.token(who))
	b.submit("form[action^='/sign-in/'] button")
	if path := b.path(); path == "/sign-in" || strings.HasPrefix(path, "/sign-in/") {
		t.Fatalf("%s is not signed in: %s", name, b.text("main"))
	}
	return b
}

// hear notes what went wrong and what was transferred.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *audits.EventIssueAdded:
		if d := e.Issue.Details; d != nil && d.ContentSecurityPolicyIssueDetails != nil {
			b.problems = append(b.problems, "CSP: "+d.ContentSecurityPolicyIssueDetails.ViolatedDirective)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.problems = append(b.problems, fmt.Sprintf("console: %s, %d values", e.Type, len(e.Args)))
		}
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		// A refusal is a page with a status of its own, which Chromium logs too.
		refusal := e.Entry.Source == log.EntrySourceNetwork && b.status >= http.StatusBadRequest
		if e.Entry.Level == log.EntryLevelError && !refusal {
			b.problems = append(b.problems, "log: "+e.Entry.Text)
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.status = e.Response.Status
		} else if e.Response.Status >= http.StatusBadRequest {
			b.problems = append(b.problems, fmt.Sprintf("%d for %s", e.Response.Status, e.Response.URL))
		}
	case *network.EventLoadingFinished:
		b.bytes += e.EncodedDataLength
	}
}

// step is something the browser does that gives no value.
type step = chromedp.Action[chromedp.Void]

// do takes the steps.
func (b *tab) do(steps ...step) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("%s: %v", b.name, err)
	}
}

// ask takes a step that gives a value.
func ask[T any](b *tab, a chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.Fatalf("%s: %v", b.name, err)
	}
	return v
}

func (b *tab) size(s size) {
	b.Helper()
	b.do(call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.width < desktop.width,
	}))
}

// open goes to a page of the site.
func (b *tab) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// follow takes steps that lead to another page, and waits for it.
func (b *tab) follow(steps ...step) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, steps...); err != nil {
		b.Fatalf("%s: no page follows: %v\n%s", b.name, err, b.text("body"))
	}
}

// submit clicks a button and waits for the page that answers.
func (b *tab) submit(selector chromedp.CSS) {
	b.Helper()
	b.follow(chromedp.Click(selector, chromedp.NodeVisible))
}

func (b *tab) path() string {
	b.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(ask(b, chromedp.Location()), b.base), "?")
	return path
}

// text gives what a person reads in the first element that matches, empty where
// there is none. It asks in one step: nodes go out of date under a page that changes.
func (b *tab) text(selector string) string {
	b.Helper()
	return ask(b, chromedp.Evaluate[string](fmt.Sprintf(`(document.querySelector(%q) || {innerText: ""}).innerText`, selector)))
}

// has fails where the page does not say one of the texts.
func (b *tab) has(texts ...string) {
	b.Helper()
	all := b.text("body")
	for _, want := range texts {
		if !strings.Contains(all, want) {
			b.Errorf("%s at %s: the page does not say %q:\n%s", b.name, b.path(), want, all)
		}
	}
}

// statusIs checks the status with which the page came.
func (b *tab) statusIs(want int64) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.status != want {
		b.Errorf("%s: status %d, want %d", b.name, b.status, want)
	}
}

// clean fails on what the browser complained of since the last call.
func (b *tab) clean() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.Errorf("%s: %s", b.name, p)
	}
	b.problems = nil
}

// shoot keeps a picture of the whole page in the folder that SCREENSHOTS
// names, for people to look at.
func (b *tab) shoot(name string) {
	b.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png := ask(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.Error(err)
	}
}
