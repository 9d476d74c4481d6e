package browser

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
)

// Buttons of the forms of acts.
const (
	actButton chromedp.CSS = "main form button"
	doIt      chromedp.CSS = "button[value=do]"
)

// TestConferencePages goes through a conference as far as its secret ballot, which
// the play leaves to the browser to finish, and then through the pages of people,
// bodies and places.
func TestConferencePages(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	w := newTown(t, (*demo.Play).Confer)
	part := func(name string, f func(*town)) { t.Run(name, func(t *testing.T) { f(w.on(t)) }) }

	w.reach("notice")
	part("agenda", (*town).representativeReadsAgenda)
	w.release()
	w.reach("secret")
	part("secret ballot", (*town).votesInSecret)
	part("hands", (*town).handsAreCounted)
	part("result", (*town).conferenceIsRead)
	part("people", (*town).peopleAreLookedAt)
}

func (w *town) representativeReadsAgenda() {
	b := w.enter(w.T, w.mine()[0], "representative")
	b.look("conference-process", w.path())
	b.has("议程", "推选物业服务监督小组组长", "无记名投票", "举手表决", "待表决")
	b.look("conference-meeting", "/meetings/"+string(w.read().Meetings[0].ID))
	b.has("会议通知", "议程", "春节邻里活动方案")
}

// votesInSecret casts a secret ballot where no script runs, and finds its receipt
// again in the opened box.
func (w *town) votesInSecret() {
	// The play has checked everybody in and let half of them vote.
	late := w.cast.Representatives[:len(w.cast.Representatives)-ours]
	_, poll := w.openPoll()
	b := newTab(w.T, w.base, "representative")
	b.withoutScripts()
	b.open("/sign-in/" + w.token(late[len(late)-1]))
	b.submit("form[action^='/sign-in/'] button")
	b.submit("a[href^='/polls/']")
	b.has("推选物业服务监督小组组长", "这是无记名投票", "无人能查到")
	b.checkHereQuietly("secret-before")
	b.do(chromedp.Click(yesLabel))
	b.submit(check)
	b.has("请核对您的选择", "推选物业服务监督小组组长", "这是无记名投票")
	b.checkHereQuietly("secret-check")
	b.submit(cast)
	b.has("已记录", "凭证号", "只显示这一次")
	b.checkHereQuietly("secret-receipt")
	code := strings.TrimSpace(b.text(".code"))
	b.open(poll + "/receipt")
	b.has("已记录", "只在投票当时显示一次")
	if code == "" || strings.Contains(b.text("body"), code) {
		w.Errorf("the receipt %q is not shown once", code)
	}
	b.clean()

	other := w.enter(w.T, late[len(late)-2], "another representative")
	other.look("secret-vote", poll)

	w.act(w.cast.Director, "close_poll")
	other.open(poll)
	other.unfold()
	other.has("凭证核对", code, "全部选票")
	if cast := w.read().Polls[1].Tally.Cast(); strings.Count(other.text("main ol"), "\n")+1 != cast {
		w.Errorf("the page does not list the %d choices of the box: %q", cast, other.text("main ol"))
	}
	other.checkHere("secret-result")
}

// act does what needs no more than being confirmed.
func (w *town) act(who deliberation.PersonID, kind deliberation.ActKind) {
	w.Helper()
	b := w.enter(w.T, who, string(who))
	b.open(w.path() + "/acts/" + string(kind))
	if kind == deliberation.OpenPoll {
		day := deliberation.DateOf(w.now()).AddDays(pollDays).String()
		b.do(chromedp.SetValue(chromedp.ID("date"), day), chromedp.SetValue(chromedp.ID("time"), "18:00"))
	}
	if kind == deliberation.OpenPoll { // an act without fields is shown once more at once
		b.submit(actButton)
	}
	b.has("请再看一遍")
	b.submit(doIt)
	b.has("已记录")
	b.clean()
}

// handsAreCounted has two people enter what they counted in the hall.
func (w *town) handsAreCounted() {
	w.act(w.cast.Director, deliberation.OpenPoll)
	_, poll := w.openPoll()
	present := w.read().Polls[2].Voters
	for i, who := range []deliberation.PersonID{w.cast.Clerk, w.cast.Supervisors[1]} {
		b := w.enter(w.T, who, "who counts hands")
		b.open(w.path() + "/acts/count_hands")
		if i == 0 {
			b.has("由两人分别点票")
			b.submit(actButton)
			b.statusIs(422)
			b.focused("problem")
			b.has("赞成人数", "反对人数", "弃权人数")
			b.checkHere("hands-refused")
		}
		b.do(chromedp.SendKeys(chromedp.ID("yes"), strconv.Itoa(present-3)), chromedp.SendKeys(chromedp.ID("no"), "2"), chromedp.SendKeys(chromedp.ID("abstain"), "1"))
		b.submit(actButton)
		b.has("已记录")
		b.open(poll)
		b.has("春节邻里活动方案", "已录入的点票结果", "赞成 "+strconv.Itoa(present-3))
		b.clean()
		if i == 0 {
			b.checkHere("hands-once")
		}
	}
	b := w.enter(w.T, w.mine()[0], "representative")
	b.look("hands-result", poll)
	b.has("通过", "已录入的点票结果")
	if strings.Contains(b.text("main"), "每个人的选择") {
		w.Error("raised hands are offered by name")
	}
}

// conferenceIsRead reads the case with three results, and prints its form.
func (w *town) conferenceIsRead() {
	b := w.enter(w.T, w.cast.Secretary, "secretary")
	b.look("conference-voted", w.path())
	b.has("会议登记表 表4 决议", "会议登记表 表5 决议公开")
	b.look("conference-print", w.path()+"/print/4")
	b.prints("conference-print", []string{"会议登记表表4决议", "修订居民公约", "推选物业服务监督小组组长", "春节邻里活动方案", "无记名投票", "举手表决"})
	b.open(w.path() + "/print/1")
	b.statusIs(404)
}

// peopleAreLookedAt opens the pages of people, bodies and places, in large type, too.
func (w *town) peopleAreLookedAt() {
	person := "/persons/" + string(w.cast.Representatives[0])
	for who, paths := range map[deliberation.PersonID][]string{
		w.cast.Secretary: {
			"/more", "/roster", "/roster/new", person, person + "/edit", person + "/standing", person + "/kin", person + "/offices", "/offices",
			"/bodies", "/bodies/conference", "/bodies/supervisory_committee", "/bodies/supervisory_committee/roll", "/slips", "/places", "/import", "/export",
			"/my-data", "/account/sign-in", "/confirm",
		},
		w.cast.Clerk:          {"/more", "/assist"},
		w.cast.Supervisors[0]: {"/more", "/audit"},
	} {
		b := w.enter(w.T, who, string(who))
		for _, path := range paths {
			b.look("people"+strings.ReplaceAll(strings.ReplaceAll(path, "/", "-"), string(w.cast.Representatives[0]), "p"), path)
		}
		b.open("/more")
		b.submit(elderSize)
		b.size(narrow)
		for _, path := range paths {
			b.open(path)
			b.fits(path + " in large type at 320 px")
		}
		b.submit("button[name=lang][value=en]")
		b.fits("the longer words of English, in large type at 320 px")
		b.clean()
	}
}
