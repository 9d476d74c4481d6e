package browser

import (
	"context"
	"errors"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/yishi-project/yishi/deliberation"
)

// maxBallotPage is what a voting page may cost on a phone with everything it
// loads, in bytes over the wire.
const maxBallotPage = 60_000

// Where the voting page has its choices and buttons.
const (
	yesLabel  chromedp.CSS = "input[value=yes] + label"
	noLabel   chromedp.CSS = "input[value=no] + label"
	check     chromedp.CSS = "button[value=check]"
	cast      chromedp.CSS = "button[value=cast]"
	checkIn   chromedp.CSS = "form[action$='/check-in'] button"
	elderSize chromedp.CSS = "button[name=size][value=elder]"
)

// representativesCheckIn opens the meeting on the phone and signs in.
func (w *town) representativesCheckIn() {
	p := w.until("the check-in of the conference", func(p deliberation.Proceeding) bool {
		last := p.Meetings[len(p.Meetings)-1]
		return last.Stage == deliberation.Resolution && last.State == deliberation.MeetingCheckIn
	})
	meeting := "/meetings/" + string(p.Meetings[len(p.Meetings)-1].ID)
	for i, who := range w.mine() {
		b := w.enter(w.T, who, "representative")
		if i == 0 {
			b.open("/today")
			b.has("居民代表会议", "签到中")
			b.checkHere("today-representative")
			b.look("meeting-check-in", meeting)
		}
		b.open(meeting)
		b.submit(checkIn)
		b.has("您已签到")
		b.clean()
	}
}

// openPoll gives the address of the poll that takes ballots.
func (w *town) openPoll() (deliberation.PollID, string) {
	w.Helper()
	for _, q := range w.read().Polls {
		if q.State == deliberation.PollOpen {
			return q.ID, "/polls/" + string(q.ID)
		}
	}
	w.Fatal("no poll is open")
	return "", ""
}

// withoutScripts turns scripts off, and makes sure of it.
func (b *tab) withoutScripts() {
	b.Helper()
	b.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}),
		chromedp.Navigate("data:text/html,<title>off</title><script>document.title='on'</script>"))
	if title := ask(b, chromedp.Title()); title != "off" {
		b.Fatalf("scripts run: %q", title)
	}
}

// votesWithoutScripts follows the way of a representative on a phone whose
// browser runs no scripts.
func (w *town) votesWithoutScripts() {
	who := w.mine()[0]
	token := w.token(who)
	b := newTab(w.T, w.base, "representative")
	b.withoutScripts()
	for range 2 { // a chat's preview opens it too
		b.open("/sign-in/" + token)
		b.has("我是")
	}
	if _, err := w.store.PeekLink(context.Background(), token, time.Now()); err != nil {
		w.Errorf("looking at the link uses it up: %v", err)
	}
	b.checkHereQuietly("sign-in")
	b.submit("form[action^='/sign-in/'] button")
	if _, err := w.store.PeekLink(context.Background(), token, time.Now()); !errors.Is(err, deliberation.Refuse(deliberation.RefuseLinkUsed)) {
		w.Errorf("the link is not used up: %v", err)
	}
	b.has("请您表决", "小区电动自行车充电棚改造")
	b.submit("a[href^='/polls/']")
	b.has("在三号楼旁空地建一座有顶的充电棚", "68,000.00 元", "记名表决", "演示")
	b.checkHereQuietly("vote-before")

	stale := w.enter(w.T, who, "the same representative at another phone")
	_, poll := w.openPoll()
	stale.open(poll)
	stale.do(chromedp.Click(noLabel))
	stale.submit(check)

	b.submit(check) // nothing chosen
	b.statusIs(422)
	b.has("请选择一项")
	b.focused("problem")
	b.do(chromedp.Click(yesLabel))
	b.submit(check)
	b.has("请核对您的选择", "赞成", "确认后不能更改")
	b.checkHereQuietly("vote-check")
	b.submit(cast)
	b.has("已记录", "凭证号", "不显示您的选择")
	b.checkHereQuietly("vote-receipt")
	b.open(poll)
	b.has("已记录")
	b.checkHereQuietly("vote-after")
	b.clean()

	stale.submit(cast)
	stale.statusIs(409)
	stale.has("已经办理过了", "先前的一次有效")
	stale.checkHere("vote-twice")
}

// checkHereQuietly keeps pictures and checks the width; the checker of
// accessibility needs scripts.
func (b *tab) checkHereQuietly(name string) {
	b.Helper()
	b.size(narrow)
	b.fits(name)
	b.size(phone)
	b.fits(name)
	b.shoot(name + "-390")
}

// focused waits for the element to have the focus, which a page gives away with
// its first frame.
func (b *tab) focused(id string) {
	b.Helper()
	for limit := time.Now().Add(5 * time.Second); ; {
		got := ask(b, chromedp.Evaluate[string](`document.activeElement.id`))
		if got == id {
			return
		}
		if time.Now().After(limit) {
			b.Errorf("%s: the focus is on %q, not on %q", b.name, got, id)
			return
		}
	}
}

// covered tells what lies over the element that has the focus, empty where
// nothing does (WCAG 2.2, 2.4.11).
const covered = `(() => { const e = document.activeElement, r = e.getBoundingClientRect();
	const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
	return top && (e.contains(top) || top.contains(e) || [...(e.labels || [])].some(l => l.contains(top))) ? "" : String(top && top.outerHTML.slice(0, 120)); })()`

// tabTo presses the tabulator until the element that matches has the focus.
func (b *tab) tabTo(selector string) {
	b.Helper()
	for range 60 {
		b.do(chromedp.KeyEvent(kb.Tab))
		if over := ask(b, chromedp.Evaluate[string](covered)); over != "" {
			b.Errorf("%s at %s: the focus is hidden under %s", b.name, b.path(), over)
		}
		if ask(b, chromedp.Evaluate[bool](`document.activeElement.matches("`+selector+`")`)) {
			return
		}
	}
	b.Fatalf("%s: the tabulator does not come to %s", b.name, selector)
}

// votesByKeyboard votes with Tab, Space and Enter alone.
func (w *town) votesByKeyboard() {
	b := w.enter(w.T, w.mine()[1], "keyboard")
	_, poll := w.openPoll()
	b.open(poll)
	b.do(chromedp.KeyEvent(kb.Tab))
	if !ask(b, chromedp.Evaluate[bool](`document.activeElement.matches(".govuk-skip-link")`)) {
		w.Error("the first stop is not the way past the header")
	}
	b.tabTo("input[name=choice]")
	b.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(" "))
	if got := ask(b, chromedp.Evaluate[string](`document.querySelector("input[name=choice]:checked").value`)); got != string(deliberation.No) {
		w.Errorf("an arrow down from the first choice comes to %q", got)
	}
	b.tabTo("button[value=check]")
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.has("请核对您的选择", "反对")
	b.tabTo("button[value=cast]")
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.has("已记录", "凭证号")
	b.clean()
}

// voteIsAccessible checks the voting page in both sizes of text, and what it costs.
func (w *town) voteIsAccessible() {
	b := w.enter(w.T, w.mine()[2], "who has not voted")
	_, poll := w.openPoll()
	b.look("vote", poll)
	b.open(poll)
	if below := ask(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".choices .govuk-radios__item")]
		.filter(e => e.getBoundingClientRect().bottom > innerHeight).map(e => e.textContent)`)); len(below) > 0 {
		w.Errorf("not in sight on a phone without scrolling: %q", below)
	}

	b.do(call(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}))
	b.mu.Lock()
	b.bytes = 0
	b.mu.Unlock()
	b.open(poll)
	b.mu.Lock()
	cost := b.bytes
	b.mu.Unlock()
	w.Logf("the voting page costs %.0f bytes", cost)
	if cost < 10_000 || cost > maxBallotPage { // below, something was not counted
		w.Errorf("the voting page costs %.0f bytes, want at most %d", cost, maxBallotPage)
	}

	b.submit(elderSize)
	if path := b.path(); path != poll {
		w.Errorf("the larger text leads away to %s", path)
	}
	b.checkHere("vote-elder")
	if small := ask(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll("main button, main .govuk-radios__item")]
		.filter(e => e.getBoundingClientRect().height < 60).map(e => e.textContent)`)); len(small) > 0 {
		w.Errorf("less than 60 px high in the larger text: %q", small)
	}
	b.do(chromedp.Click(yesLabel))
	b.submit(check)
	b.checkHere("vote-check-elder")
	b.submit("button[value=edit]")
	if got := ask(b, chromedp.Evaluate[string](`document.querySelector("input[name=choice]:checked").value`)); got != string(deliberation.Yes) {
		w.Errorf("the choice is lost on the way back: %q", got)
	}
}

// ballotsCount looks at what came of the ballots, once the poll is closed.
func (w *town) ballotsCount() {
	polls := w.read().Polls
	poll := polls[len(polls)-1]
	lines, err := w.store.BallotLines(context.Background(), poll.ID)
	if err != nil {
		w.Fatal(err)
	}
	want := map[deliberation.PersonID]deliberation.Choice{w.mine()[0]: deliberation.Yes, w.mine()[1]: deliberation.No, w.mine()[2]: ""}
	for _, l := range lines {
		if choice, ours := want[l.Person.ID]; ours && (l.Choice != choice || l.Voted != (choice != "")) {
			w.Errorf("the ballot of %s: voted %v, %q, want %q", l.Person.ID, l.Voted, l.Choice, choice)
		}
	}
	b := w.enter(w.T, w.mine()[0], "representative")
	b.look("vote-result", "/polls/"+string(poll.ID))
	b.has("表决结果", "通过", "赞成", "反对", "弃权", "未投")
}
