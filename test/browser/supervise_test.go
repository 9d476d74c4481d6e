package browser

import (
	"slices"
	"strings"

	"github.com/chromedp/chromedp"

	"github.com/yishi-project/yishi/deliberation"
)

// unfold opens what is folded on the page, as a reader may.
func (b *tab) unfold() {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => { d.open = true })`))
}

// supervisorAsks reads the evidence, asks, and is answered by the director.
func (w *town) supervisorAsks() {
	b := w.enter(w.T, w.cast.Supervisors[1], "supervisor")
	b.look("supervise", "/supervise")
	b.has("监督台", "小区电动自行车充电棚改造", "正常")
	b.submit("a[href$='/supervise'].card-link")
	b.has("规则要求", "实际情况和证据", "会议通知", "会议记录", "达到法定人数", "知悉")
	b.checkHere("review")
	b.unfold()
	b.has("应到", "实到", "依据:中国共产党支部工作条例", "校验值")
	b.accessible("review, all unfolded")

	b.open(b.path())
	b.tabTo("a[href*='/acts/order_rectification']") // nothing on the way is hidden
	b.submit("a[href*='/acts/ask']")
	b.submit("main form button") // with nothing written
	b.statusIs(422)
	b.focused("problem")
	b.has("请填写")
	b.checkHere("act-refused")
	b.do(chromedp.SendKeys(chromedp.ID("text"), "签到册什么时候张贴?"))
	b.submit("main form button")
	b.has("已记录", "询问 · 待答复")
	b.checkHere("review-asked")

	b.submit("a[href*='/acts/order_rectification']") // shown once more before it is done; not done here
	b.do(chromedp.SendKeys(chromedp.ID("text"), "请补齐签到册。"))
	b.submit("main form button")
	b.has("请再看一遍", "请补齐签到册。", "确认后不能撤销")
	b.checkHere("act-confirm")
	b.open(w.path() + "/supervise")

	director := w.enter(w.T, w.cast.Director, "director")
	director.has("答复询问")
	director.checkHere("today-director")
	director.submit("a[href*='/acts/answer_question']")
	director.has("签到册什么时候张贴?")
	director.do(chromedp.SendKeys(chromedp.ID("text"), "随决议一并张贴。"))
	director.submit("main form button")
	director.has("已记录")
	director.clean()
	b.open(b.path())
	b.has("询问 · 已办结", "答复(2026年")
}

// supervisedAreRefused tries to supervise as those who are supervised.
func (w *town) supervisedAreRefused() {
	for name, who := range map[string]deliberation.PersonID{"secretary": w.cast.Secretary, "representative": w.mine()[0]} {
		b := w.enter(w.T, who, name)
		for _, act := range []deliberation.ActKind{deliberation.Ask, deliberation.Acknowledge, deliberation.OrderRectification} {
			b.open(w.path() + "/acts/" + string(act))
			b.statusIs(403)
			b.clean()
		}
		b.checkHere("refused-" + name)
		b.open(w.path() + "/supervise")
		if strings.Contains(b.text("main"), "监督意见") {
			w.Errorf("%s is offered what supervisors do", name)
		}
	}
}

// supervisorAcknowledges passes the gate after the posting, before the
// supervisors' silence would count.
func (w *town) supervisorAcknowledges() {
	b := w.enter(w.T, w.cast.Supervisors[0], "supervisor")
	before := len(w.until("the gate after the posting", func(p deliberation.Proceeding) bool {
		return slices.ContainsFunc(p.Status.Open, func(o deliberation.OpenAct) bool { return o.Kind == deliberation.Acknowledge })
	}).Marks)
	b.open(w.path() + "/supervise")
	if first := b.text("main .govuk-button"); first != "知悉" {
		w.Errorf("the first button is %q, not what is asked for", first)
	}
	b.submit("a[href*='/acts/acknowledge']")
	b.do(chromedp.SendKeys(chromedp.ID("text"), "公示满期,程序合规。"))
	b.submit("main form button")
	b.has("请再看一遍", "公示满期,程序合规。")
	b.submit("button[value=do]")
	b.has("已记录", "知悉")
	b.checkHere("review-acknowledged")
	p := w.until("the mark", func(p deliberation.Proceeding) bool { return len(p.Marks) > before })
	if last := p.Marks[len(p.Marks)-1]; last.By != w.cast.Supervisors[0] || last.Kind != deliberation.MarkAcknowledged {
		w.Errorf("the mark: %+v", last)
	}
}
