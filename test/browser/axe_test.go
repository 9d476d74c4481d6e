package browser

import (
	_ "embed" // the checker
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 (MPL-2.0, see testdata/axe-core.LICENSE), unchanged.
//
//go:embed testdata/axe.min.js
var axe string

// violation is one rule of WCAG that a page breaks.
type violation struct {
	ID     string   `json:"id"`
	Help   string   `json:"help"`
	Impact string   `json:"impact"`
	Where  []string `json:"where"`
}

// findings is what the checker says of a page.
type findings struct {
	Passes     int         `json:"passes"`
	Violations []violation `json:"violations"`
}

const runAxe = `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}})
	.then(r => ({passes: r.passes.length, violations: r.violations.map(v => ({
		id: v.id, help: v.help, impact: v.impact, where: v.nodes.map(n => n.html + " " + n.failureSummary)}))}))`

// accessible fails on every rule that the page breaks as it stands.
func (b *tab) accessible(what string) {
	b.Helper()
	if !ask(b, chromedp.Evaluate[bool](`"axe" in window`)) { // once a page, whatever its size
		b.do(chromedp.Evaluate[chromedp.Void](axe))
	}
	found := ask(b, chromedp.Evaluate[findings](runAxe, chromedp.EvalAwaitPromise))
	if found.Passes == 0 {
		b.Errorf("%s: the checker found nothing to check", what)
	}
	for _, v := range found.Violations {
		b.Errorf("%s: %s (%s): %s\n  %s", what, v.ID, v.Impact, v.Help, strings.Join(v.Where, "\n  "))
	}
}

const findOverflow = `(() => { const w = document.documentElement.clientWidth;
	const bar = [...document.querySelectorAll(".bar a")].filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 160));
	if (document.documentElement.scrollWidth <= w) return bar; // what is fixed does not widen the page
	return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 160)).slice(-3); })()`

// fits fails where the page is wider than the screen.
func (b *tab) fits(what string) {
	b.Helper()
	wide := ask(b, chromedp.Evaluate[[]string](findOverflow))
	if len(wide) > 0 {
		b.Errorf("%s is wider than the screen:\n  %s", what, strings.Join(wide, "\n  "))
	}
}

// look opens a page at the width of a phone, of a desk and of the narrowest
// screen, and checks it at each.
func (b *tab) look(name, path string) {
	b.Helper()
	b.open(path)
	b.statusIs(200)
	b.checkHere(name)
}

// checkHere checks the page that is shown, whatever led to it.
func (b *tab) checkHere(name string) {
	b.Helper()
	for _, s := range []size{desktop, phone} {
		b.size(s)
		what := fmt.Sprintf("%s at %d px", name, s.width)
		b.accessible(what)
		b.fits(what)
		b.shoot(fmt.Sprintf("%s-%d", name, s.width))
	}
	b.size(narrow)
	b.fits(name + " at 320 px")
	b.size(phone)
	b.clean()
}
