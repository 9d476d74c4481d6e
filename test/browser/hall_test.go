package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/yishi-project/yishi/deliberation"
)

// A quick day: what the law wants to wait for is over soon. A poll stays open for as
// many of them as a chair may give it.
const (
	quickDay = time.Second
	longPoll = 59
)

// TestHallPages looks at an assembly in two places whose one ballot has two questions,
// on paper and on the web; at the owners of an estate, some of whom have an agent; and
// at a joint demand.
func TestHallPages(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	w, _ := quietTown(t, quickDay)
	h := &hall{town: w}
	part := func(name string, f func(*hall)) {
		t.Run(name, func(t *testing.T) {
			before := h.town
			h.town = w.on(t)
			f(h)
			h.town = before
		})
	}
	part("agenda", (*hall).agendaIsPut)
	part("demand", (*hall).demandIsSigned)
	part("desk", (*hall).operatorWorks)
	part("speakers", (*hall).memberSpeaks)
	part("ballot", (*hall).severalAreAsked)
	part("count", (*hall).paperIsCounted)
	part("owners", (*hall).ownersAreCalled)
	part("pages", (*hall).otherPagesAreLookedAt)
	part("agent", (*hall).agentVotes)
}

type hall struct {
	*town
	assembly, owners deliberation.ProcessID
	members          []deliberation.PersonID
	meeting, poll    string
}

func (h *hall) act(kind deliberation.ActKind) string {
	return "/processes/" + string(h.assembly) + "/acts/" + string(kind)
}

// agendaIsPut puts two motions on one ballot and calls the assembly.
func (h *hall) agendaIsPut() {
	clerk, director := h.as(h.cast.Clerk), h.as(h.cast.Director)
	h.members = slices.Concat(h.cast.Branch, h.cast.Committee, h.cast.Supervisors, h.cast.Representatives, h.cast.Residents)
	h.assembly = h.starts(h.cast.Director, "/processes", map[string]any{
		"kind": deliberation.ConferenceKind, "title": "本年度居民会议", "category": deliberation.CategoryOther, "affected": deliberation.AffectsAll,
		"summary": "推选监督小组、授权居民代表会议，共两项议题。", "origin": deliberation.OriginCommittee, "budget_fen": 0, "form": deliberation.Assembly,
	})
	for _, m := range []map[string]any{
		{"text": "推选物业服务监督小组\n从五名候选人中推选三名。", "category": deliberation.CategoryOther, "voting": deliberation.SecretVoting, "on_paper": true,
			"options": []string{"何大勇", "罗春燕", "蒲德明", "邓玉梅", "岳长河"}, "seats": 3},
		{"text": "授权居民代表会议\n三万元以下的公益事业由居民代表会议讨论决定。", "category": deliberation.CategoryAuthorise, "voting": deliberation.SecretVoting, "on_paper": true,
			"grant": map[string]any{"categories": []deliberation.Category{deliberation.CategoryWelfare}, "until": deliberation.DateOf(h.now()).AddDays(700).String()}},
	} {
		clerk.acts(h.assembly, deliberation.PutMotion, m)
	}
	b := h.enter(h.T, h.cast.Director, "director")
	b.look("act-put-motion", h.act(deliberation.PutMotion))
	b.has("这项议题是选人", "纸质选票", "授权居民代表会议")
	b.look("act-close-agenda", h.act(deliberation.CloseAgenda))
	director.acts(h.assembly, deliberation.CloseAgenda, map[string]any{"together": true})
	director.open(h.assembly, deliberation.Convene)
	b.look("act-convene", h.act(deliberation.Convene))
	b.has("分几处开会")
	h.meeting = "/meetings/" + director.acts(h.assembly, deliberation.Convene, map[string]any{
		"at": h.inDays(13), "place": "社区多功能厅和三号楼架空层", "text": "议题：推选监督小组；授权居民代表会议。请到就近的会场。", "sections": 2,
	})
}

// demandIsSigned begins a joint demand on the phone, and signs it where no script runs.
func (h *hall) demandIsSigned() {
	b := h.enter(h.T, h.cast.Residents[0], "resident")
	b.look("demand-new", "/demands/new")
	b.submit("main form button")
	b.statusIs(422)
	b.checkHere("demand-new-refused")
	b.do(chromedp.Click(chromedp.CSS("#demanded-"+string(deliberation.DemandAssembly)+", input[value="+string(deliberation.DemandAssembly)+"]")),
		chromedp.SendKeys(chromedp.ID("title"), "请召开居民会议，讨论停车规则"), chromedp.SendKeys(chromedp.ID("summary"), "夜里消防通道常被堵住。"),
		chromedp.SetValue(chromedp.ID("category"), string(deliberation.CategoryOther)))
	b.submit("main form button")
	b.checkHere("demand-review")
	b.submit("button[value=start]")
	path := b.path()
	b.checkHere("demand-process")

	signer := newTab(h.T, h.base, "signer")
	signer.withoutScripts()
	signer.open("/sign-in/" + h.token(h.cast.Residents[1]))
	signer.submit("form[action^='/sign-in/'] button")
	signer.open(path + "/sign")
	signer.has("请召开居民会议，讨论停车规则")
	signer.checkHereQuietly("demand-sign")
	signer.submit("form[action$='/sign'] button")
	signer.checkHereQuietly("demand-sign-confirm")
	signer.submit("button[value=sign]")
	signer.has("已签名")
	signer.checkHereQuietly("demand-signed")
	signer.clean()
	b.look("demand-sign-desk", path+"/sign")
	b.look("demand-sheet", path+"/sheet")
	b.prints("demand-sheet", []string{"请召开居民会议"})
	b.look("demand-record", path+"/demand")
	clerk := h.enter(h.T, h.cast.Clerk, "clerk")
	clerk.look("demand-sheets", path+"/sheets")
	clerk.look("demand-signatures", path+"/signatures")
}

func (h *hall) come(who deliberation.PersonID, section int) {
	h.Helper()
	h.as(h.cast.Clerk).post(h.meeting+"/check-ins", map[string]any{"person": who, "section": section}, nil)
}

// operatorWorks has the desk and the screen renewed by themselves, also where a form
// was refused, and loses the connection.
func (h *hall) operatorWorks() {
	h.as(h.cast.Director).open(h.assembly, deliberation.CallToOrder)
	b := h.enter(h.T, h.cast.Director, "operator")
	screen := h.enter(h.T, h.cast.Clerk, "screen")
	screen.look("screen-check-in", h.meeting+"/screen")
	b.look("desk", h.meeting+"/desk")
	b.do(chromedp.SendKeys(chromedp.ID("name"), "张三"))
	here := h.members[:len(h.members)-3]
	for i, who := range here[1:] {
		h.come(who, i%2+1)
	}
	for _, t := range []*tab{b, screen} {
		t.shows(fmt.Sprintf("实到 %d 人", len(here)-1))
	}
	if typed := ask(b, chromedp.Value(chromedp.ID("name"))); typed != "张三" {
		h.Errorf("what was typed is lost when the figures are renewed: %q", typed)
	}
	b.submit("form[action$='/observers'] button")
	b.statusIs(422)
	b.has("列席身份:请选择一项")
	b.checkHere("desk-refused")
	h.come(here[0], 1)
	b.shows(fmt.Sprintf("实到 %d 人", len(here)))
	b.clean()

	for _, t := range []*tab{b, screen} {
		t.offline(true)
		t.shows("网络断了")
		t.accessible(t.name + ", without a connection")
		t.fits(t.name + ", without a connection")
		t.shoot("lost-" + t.name)
		t.offline(false)
		t.gone("网络断了")
		t.forget() // the browser complains of what was not reached
	}
}

// memberSpeaks asks to speak, is called, and goes out.
func (h *hall) memberSpeaks() {
	m := h.enter(h.T, h.members[3], "member")
	m.look("speakers", h.meeting+"/speakers")
	m.submit("form[action$='/speakers'] button")
	m.has("您排在第 1 位")
	m.checkHere("speakers-asked")
	h.as(h.cast.Director).acts(h.assembly, deliberation.CallToOrder, map[string]any{})
	d := h.enter(h.T, h.cast.Director, "director")
	d.open(h.meeting + "/desk")
	d.submit("form[action$='/call'] button")
	d.has("正在发言")
	d.checkHere("desk-speaking")
	m.shows("正在发言")
	m.look("screen-speaking", h.meeting+"/screen")
	m.look("meeting-present", h.meeting)
	m.submit("form[action$='/leave'] button")
	m.checkHere("meeting-left")
	m.submit("form[action$='/check-in'] button")
	m.has("您已签到")
	m.look("sign-in-list", h.meeting+"/list")
	m.prints("sign-in-list", []string{"签到册", "本人签字"})
	m.look("mandates-none", h.meeting+"/mandates")
	for _, kind := range []deliberation.ActKind{deliberation.OpenPoll, deliberation.ReplaceChair} {
		d.look("act-"+string(kind), h.act(kind))
	}
}

// severalAreAsked votes on two questions where no script runs, and hands paper out.
func (h *hall) severalAreAsked() {
	director := h.as(h.cast.Director)
	director.acts(h.assembly, deliberation.OpenPoll, map[string]any{"at": h.inDays(longPoll)})
	p := director.open(h.assembly, deliberation.ClosePoll)
	h.poll = "/polls/" + string(p.Polls[len(p.Polls)-1].ID)

	b := newTab(h.T, h.base, "voter")
	b.withoutScripts()
	b.open("/sign-in/" + h.token(h.members[5]))
	b.submit("form[action^='/sign-in/'] button")
	b.submit("a[href^='/polls/']")
	b.has("推选物业服务监督小组", "授权居民代表会议", "何大勇", "岳长河")
	b.checkHereQuietly("several-before")
	for _, o := range []string{"o1", "o2", "o3", "o4"} { // one too many
		b.do(chromedp.Click(chromedp.CSS("input[value=" + o + "] + label")))
	}
	b.submit(check)
	b.statusIs(422)
	b.checkHereQuietly("several-refused")
	b.do(chromedp.Click(chromedp.CSS("input[value=o4] + label")), chromedp.Click(yesLabel))
	b.submit(check)
	b.has("请核对您的选择", "何大勇", "赞成")
	b.checkHereQuietly("several-check")
	b.submit(cast)
	b.has("已记录", "凭证号")
	b.checkHereQuietly("several-receipt")
	b.clean()
	h.enter(h.T, h.members[6], "another voter").look("several-vote", h.poll)

	clerk := h.enter(h.T, h.cast.Clerk, "clerk")
	clerk.look("paper-desk", h.poll+"/paper")
	clerk.do(chromedp.SendKeys(chromedp.ID("station"), "第1会场"))
	clerk.submit("button[value=find]")
	clerk.checkHere("paper-desk-found")
	clerk.submit("button[value=issue]")
	clerk.has("第1会场")
	clerk.checkHere("paper-desk-issued")
	clerk.look("paper-print", h.poll+"/paper/print")
	if n := clerk.prints("paper-print", []string{"选票", "何大勇", "授权居民代表会议"}); n != 2 {
		h.Errorf("the ballot and the list of who took one are on %d pages, not on one each", n)
	}
	b.size(desktop)
	h.enter(h.T, h.cast.Director, "screen").look("screen-poll", h.meeting+"/screen")
	director.acts(h.assembly, deliberation.ClosePoll, map[string]any{})
	director.open(h.assembly, deliberation.CosignCount)
}

// paperIsCounted counts the one sheet in its box, and reads it, as two people do.
func (h *hall) paperIsCounted() {
	b := h.enter(h.T, h.cast.Supervisors[1], "reader")
	b.look("count", h.poll+"/count")
	b.do(chromedp.SendKeys(chromedp.CSS("input[name=recovered]"), "1"))
	b.submit("button[value=box]")
	b.checkHere("count-box")
	b.submit("button[value=read]")
	b.statusIs(422)
	b.checkHere("count-refused")
	other := h.enter(h.T, h.cast.Committee[2], "another reader")
	for _, t := range []*tab{b, other} {
		t.open(h.poll + "/count")
		t.do(chromedp.SendKeys(chromedp.ID("bundle"), "第1捆"))
		const fill = `[...document.querySelectorAll("form input[inputmode=numeric]")].filter(e => e.name !== "recovered").forEach(e => { e.value =
			e.name === "sheets" || /o1$|o2$|o3$|yes$/.test(e.name) ? "1" : "0" })`
		t.do(chromedp.Evaluate[chromedp.Void](fill))
		t.submit("button[value=read]")
	}
	other.checkHere("count-read")
	h.enter(h.T, h.cast.Supervisors[0], "scrutineer").look("act-cosign-count", h.act(deliberation.CosignCount))
	screen := h.enter(h.T, h.cast.Director, "screen")
	screen.look("screen-counting", h.meeting+"/screen")
	screen.look("act-void-poll", h.act(deliberation.VoidPoll))
	h.as(h.cast.Supervisors[0]).acts(h.assembly, deliberation.CosignCount, map[string]any{})
	screen.look("act-certify-count", h.act(deliberation.CertifyCount))
	h.as(h.cast.Director).acts(h.assembly, deliberation.CertifyCount, map[string]any{})
	h.as(h.cast.Clerk).open(h.assembly, deliberation.RecordMinutes)
	screen.look("screen-several", h.meeting+"/screen")
	screen.look("several-result", h.poll)
	screen.look("assembly-voted", "/processes/"+string(h.assembly))
	h.enter(h.T, h.cast.Clerk, "clerk").look("act-record-minutes", h.act(deliberation.RecordMinutes))
}

// ownersAreCalled calls the owners of an estate together; one gives a neighbour a
// mandate on the phone.
func (h *hall) ownersAreCalled() {
	clerk, director := h.as(h.cast.Clerk), h.as(h.cast.Director)
	h.owners = h.starts(h.cast.Director, "/processes", map[string]any{
		"kind": deliberation.ConferenceKind, "title": "枣子坪花园业主大会", "category": deliberation.CategoryOwners, "affected": deliberation.AffectsSome,
		"summary": "选聘物业服务企业、小区大门晚间关闭，共两项。", "origin": deliberation.OriginCommittee, "budget_fen": 0, "form": deliberation.OwnersMeeting, "estate": h.cast.Estate,
	})
	for category, title := range map[deliberation.Category]string{deliberation.OwnersManager: "选聘物业服务企业", deliberation.OwnersOther: "小区大门晚间关闭"} {
		clerk.acts(h.owners, deliberation.PutMotion, map[string]any{"text": title + "\n由业主共同决定。", "category": category, "voting": deliberation.RecordedVoting})
	}
	director.acts(h.owners, deliberation.CloseAgenda, map[string]any{})
	path := "/meetings/" + director.acts(h.owners, deliberation.Convene, map[string]any{"at": h.inDays(18), "place": "小区门口", "text": "请各位业主投票。"})
	b := h.enter(h.T, h.cast.Owners[8], "owner")
	b.look("mandates", path+"/mandates")
	b.do(chromedp.SendKeys(chromedp.ID("agent"), h.nameOf(h.agent())))
	b.submit("form[action$='/mandates'] button")
	b.has("已完成", h.nameOf(h.agent()))
	b.checkHere("mandate-given")
	h.enter(h.T, h.cast.Clerk, "clerk").look("mandates-desk", path+"/mandates")
}

func (h *hall) agent() deliberation.PersonID { return h.cast.Owners[9] }

func (h *hall) nameOf(who deliberation.PersonID) string {
	h.Helper()
	p, err := h.store.Person(h.Context(), who)
	if err != nil {
		h.Fatal(err)
	}
	return p.Name
}

// agentVotes votes for the owner, whose polls the first page leads to.
func (h *hall) agentVotes() {
	for range 2 {
		h.as(h.cast.Director).acts(h.owners, deliberation.OpenPoll, map[string]any{"at": h.inDays(longPoll)})
	}
	h.wait(h.owners, "the polls of the owners", func(p deliberation.Proceeding) bool { return len(p.Polls) == 2 })
	b := h.enter(h.T, h.agent(), "agent")
	name := h.nameOf(h.cast.Owners[8])
	b.has(name + "委托您代为表决")
	b.checkHereQuietly("today-agent")
	b.submit("a[href*='?for=']")
	b.has("第 1 张选票，共 2 张")
	b.checkHere("agent-vote")
	b.do(chromedp.Click(yesLabel))
	b.submit(check)
	b.has(name)
	b.checkHereQuietly("agent-check")
	b.submit(cast)
	b.has("已记录")
	b.checkHereQuietly("agent-receipt")
	b.submit("a[href*='?for=']") // the next ballot
	b.has("第 2 张选票，共 2 张")
	b.clean()
}

// otherPagesAreLookedAt opens what was not passed on the way.
func (h *hall) otherPagesAreLookedAt() {
	for who, paths := range map[deliberation.PersonID][]string{
		h.cast.Secretary: {"/today", "/processes/new", "/authorisations", "/bodies/assembly", "/duties", "/board"},
		h.cast.Clerk:     {"/estates", "/estates/" + string(h.cast.Estate), "/estates/" + string(h.cast.Estate) + "/import"},
		h.cast.Operator:  {"/supervise"},
	} {
		b := h.enter(h.T, who, string(who))
		for _, path := range paths {
			b.look("page"+strings.ReplaceAll(path, "/", "-"), path)
		}
	}
}

// shows waits until the page says something without being loaded anew.
func (b *tab) shows(text string) { b.Helper(); b.becomes(text, true) }

// gone waits until the page does not say it any more.
func (b *tab) gone(text string) { b.Helper(); b.becomes(text, false) }

func (b *tab) becomes(text string, there bool) {
	b.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(patience); ; {
		if strings.Contains(b.text("body"), text) == there {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			b.Fatalf("%s: the page should say %q: %v\n%s", b.name, text, there, b.text("body"))
		}
	}
}

// emulateNetwork is the command that Chromium of every age knows.
var emulateNetwork = cdp.Command[network.OverrideNetworkStateParams, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// offline takes the tab's network away, or gives it back.
func (b *tab) offline(is bool) {
	b.Helper()
	b.do(call(emulateNetwork, network.OverrideNetworkStateParams{Offline: is, DownloadThroughput: -1, UploadThroughput: -1}))
}

// forget drops what the browser complained of.
func (b *tab) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = nil
}
