package browser

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chromedp/chromedp"

	"github.com/yishi-project/yishi/deliberation"
)

// anybodyReads opens the public pages without signing in.
func (w *town) anybodyReads() {
	b := newTab(w.T, w.base, "anybody")
	b.look("board-empty", "/")
	b.has("公开栏", "目前没有公示", "演示")
	b.open("/today")
	b.statusIs(401)
	b.has("请打开社区工作人员发给您的一次性登录链接")
	b.checkHere("sign-in-needed")
	b.open("/sign-in/" + w.token(w.cast.Residents[0]))
	b.checkHere("sign-in")
	b.open("/nowhere")
	b.statusIs(404)
	b.checkHere("not-found")
}

// secretaryLooks reads the secretary's pages while a notice runs.
func (w *town) secretaryLooks() {
	b := w.enter(w.T, w.cast.Secretary, "secretary")
	b.look("today-secretary", "/today")
	b.look("processes", "/processes")
	b.look("process-notice", w.path())
	b.has("为什么在等?", "会议通知已发出", "达到法定人数", "① ", "采纳")
	p := w.read()
	b.look("meeting-notice", "/meetings/"+string(p.Meetings[len(p.Meetings)-1].ID))
	b.has("会议通知", "加入手机日历", "开会时间")
}

// secretaryStarts fills the start form in, wrongly first.
func (w *town) secretaryStarts() {
	b := w.enter(w.T, w.cast.Secretary, "secretary")
	b.look("start", "/processes/new")
	b.submit("main form button")
	b.statusIs(422)
	b.focused("problem")
	b.has("填写的内容有误", "事项名称")
	b.checkHere("start-refused")
	links := ask(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".govuk-error-summary a")].map(a => a.getAttribute("href"))
		.filter(h => !document.querySelector(h))`))
	if len(links) > 0 {
		w.Errorf("the summary leads nowhere: %q", links)
	}
	for field, text := range map[chromedp.ID]string{
		"title": "文化广场改造", "summary": "把文化广场的旧砖换成防滑砖。", "budget_fen": "12,000.50", "authorisation": "2025年居民会议授权,任期内有效。",
	} {
		b.do(chromedp.SendKeys(field, text))
	}
	b.do(chromedp.SetValue(chromedp.ID("category"), string(deliberation.CategoryEnvironment)))
	b.submit("main form button")
	b.has("请核对后发起", "文化广场改造", "最早的合法日程", "决议公开")
	b.checkHere("start-review")
	b.submit("button[value=edit]")
	if got := ask(b, chromedp.Value(chromedp.ID("title"))); got != "文化广场改造" {
		w.Errorf("what was typed is lost on the way back: %q", got)
	}
}

// residentReads reads what is posted.
func (w *town) residentReads() {
	posting := w.read().Postings[0]
	for name, b := range map[string]*tab{
		"anybody": newTab(w.T, w.base, "anybody"), "resident": w.enter(w.T, w.cast.Residents[0], "resident"),
	} {
		b.look("board-"+name, "/board")
		b.look("notice-"+name, "/board/"+string(posting.ID))
		b.has("决议公告", "怎样决定的", "通过", "异议")
		if name == "resident" {
			b.look("process-"+name, w.path())
		}
	}
}

var pdfPages = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// secretaryPrints prints the forms and the papers of the case.
func (w *town) secretaryPrints() {
	b := w.enter(w.T, w.cast.Secretary, "secretary")
	b.look("process-posting", w.path())
	b.look("register", w.path()+"/register")
	p := w.read()
	b.look("meeting-closed", "/meetings/"+string(p.Meetings[len(p.Meetings)-1].ID))
	for form, want := range map[string][]string{
		"1": {"四议两公开", "提议", "党组织"}, "4": {"决议", "应到67人", "赞成", "小区电动自行车充电棚改造"}, "5": {"决议公开", "异议"}, "6": {"这一步还没有进行"},
	} {
		b.look("print-"+form, w.path()+"/print/"+form)
		b.prints("print-"+form, append(want, "演示"))
	}
	b.open(w.path())
	b.prints("print-process", []string{"小区电动自行车充电棚改造", "监督", "演示"})
	b.clean()
}

// prints prints the page, looks for words in the paper and gives its pages.
func (b *tab) prints(name string, want []string) int {
	b.Helper()
	pdf := ask(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	n := len(pdfPages.FindAll(pdf, -1))
	if n < 1 || n > 20 {
		b.Errorf("%s: %d pages", name, n)
	}
	file := filepath.Join(b.TempDir(), "print.pdf")
	if dir := os.Getenv("SCREENSHOTS"); dir != "" {
		file = filepath.Join(dir, name+".pdf")
	}
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		b.Fatal(err)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		b.Logf("%s: no pdftotext, the words of the paper are not read", name)
		return n
	}
	text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		b.Fatal(err)
	}
	// Line breaks and spaces fall where the width of the paper puts them.
	plain := strings.Join(strings.Fields(string(bytes.TrimSpace(text))), "")
	for _, s := range want {
		if !strings.Contains(plain, s) {
			b.Errorf("%s: the paper does not say %q:\n%s", name, s, text)
		}
	}
	return n
}
