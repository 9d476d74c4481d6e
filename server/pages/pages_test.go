package pages

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/static"
)

func rendered(t *testing.T, c templ.Component) ([]byte, *goquery.Document) {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), doc
}

// eachPage runs the check on every page in both languages, and in the larger type.
func eachPage(t *testing.T, check func(t *testing.T, html []byte, doc *goquery.Document)) {
	for _, lang := range []string{"zh-CN", "en"} {
		for name, c := range samples(t, lang) {
			t.Run(lang+"/"+name, func(t *testing.T) {
				html, doc := rendered(t, c)
				check(t, html, doc)
			})
		}
	}
}

func TestEveryPageHasItsFrame(t *testing.T) {
	eachPage(t, func(t *testing.T, _ []byte, doc *goquery.Document) {
		for selector, want := range map[string]int{
			"html[lang]": 1, "title": 1, "a.govuk-skip-link[href='#content']": 1, "main#content": 1, "h1": 1, "header.top": 1,
			"link[rel=stylesheet]": 1, ".demo-strip": 1, "form[action='/preferences'] button[name=size]": 1, "form[action='/preferences'] button[name=lang]": 1,
		} {
			if got := doc.Find(selector).Length(); got != want {
				t.Errorf("%s: %d, want %d", selector, got, want)
			}
		}
		if n := doc.Find("nav.bar a").Length(); n > 5 {
			t.Errorf("the bottom bar has %d entries", n)
		}
		if strings.TrimSpace(doc.Find("title").Text()) == "" {
			t.Error("the title is empty")
		}
	})
}

func TestNoPageHasScriptOrStyleOfItsOwn(t *testing.T) {
	eachPage(t, func(t *testing.T, _ []byte, doc *goquery.Document) {
		if n := doc.Find(`script:not([src^="/static/"]), style, iframe, object`).Length(); n > 0 {
			t.Errorf("%d elements that the policy forbids", n)
		}
		doc.Find("*").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
					t.Errorf("<%s %s=%q>", goquery.NodeName(s), a.Key, a.Val)
				}
			}
		})
	})
}

// A key without a text is shown as itself: snake case never is a text for people.
func TestNoPageShowsAKey(t *testing.T) {
	key := regexp.MustCompile(`\b[a-z]+_[a-z_]+\b`)
	eachPage(t, func(t *testing.T, _ []byte, doc *goquery.Document) {
		doc.Find(".hash, .code, details .govuk-details__text.hash").Remove()
		if found := key.FindAllString(doc.Find("body").Text(), -1); len(found) > 0 {
			t.Errorf("keys without a text: %v", found)
		}
		if s := doc.Find("body").Text(); strings.Contains(s, "<no value>") || strings.Contains(s, "{{") {
			t.Error("a text lacks what it should be filled with")
		}
	})
}

func TestEveryControlHasItsLabel(t *testing.T) {
	eachPage(t, func(t *testing.T, _ []byte, doc *goquery.Document) {
		ids := map[string]int{}
		doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
		for id, n := range ids {
			if n > 1 {
				t.Errorf("id %q is there %d times", id, n)
			}
		}
		doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
			id := s.AttrOr("id", "")
			if id == "" || doc.Find("label[for='"+id+"']").Length() != 1 {
				t.Errorf("control %q has no label", s.AttrOr("name", ""))
			}
		})
		doc.Find("[aria-describedby], [aria-labelledby]").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr("aria-describedby", "") + " " + s.AttrOr("aria-labelledby", "")) {
				if ids[id] == 0 {
					t.Errorf("nothing has the id %q", id)
				}
			}
		})
		doc.Find("input[type=radio]").Each(func(_ int, s *goquery.Selection) {
			if s.Closest("fieldset").Find("legend").Length() == 0 {
				t.Errorf("radio %q is in no fieldset with a legend", s.AttrOr("name", ""))
			}
		})
		doc.Find("table").Each(func(_ int, s *goquery.Selection) {
			if s.ChildrenFiltered("caption").Length() != 1 || s.Find("th[scope]").Length() == 0 {
				t.Error("a table has no caption or no headers")
			}
		})
		doc.Find("form[method=post]").Each(func(_ int, s *goquery.Selection) {
			if s.Find("input[name=_csrf][value=token]").Length() != 1 {
				t.Errorf("the form to %s has no token", s.AttrOr("action", ""))
			}
		})
		doc.Find("img").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("alt", "") == "" {
				t.Error("an image has no alternative")
			}
		})
	})
}

func TestAStateIsNeverColourAlone(t *testing.T) {
	eachPage(t, func(t *testing.T, _ []byte, doc *goquery.Document) {
		doc.Find(".mark").Each(func(_ int, s *goquery.Selection) {
			icon := s.Find("[aria-hidden]").Text()
			if icon == "" {
				icon = s.Closest("li").Find(".dot[aria-hidden]").Text()
			}
			word := strings.TrimSpace(strings.TrimPrefix(s.Text(), s.Find("[aria-hidden]").Text()))
			if icon == "" || word == "" {
				t.Errorf("state %q lacks its icon or its word", s.Text())
			}
		})
	})
}

func TestErrorSummaryTakesTheFocusAndLosesNothing(t *testing.T) {
	_, doc := rendered(t, samples(t, "zh-CN")["start-wrong"])
	box := doc.Find("#problem[role=alert][tabindex='-1'][autofocus]")
	if box.Length() != 1 {
		t.Fatal("no error summary that takes the focus")
	}
	for _, field := range []string{"title", "affected"} {
		if box.Find("a[href='#"+field+"']").Length() != 1 || doc.Find("#"+field).Length() != 1 {
			t.Errorf("the summary does not lead to %s", field)
		}
		if doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("no problem beside %s", field)
		}
	}
	if got := doc.Find("#title").AttrOr("value", ""); got != "文化广场改造" {
		t.Errorf("the title typed is lost: %q", got)
	}
	if got := doc.Find("#summary").Text(); got != "换防滑地砖" {
		t.Errorf("the summary typed is lost: %q", got)
	}
	if doc.Find("input[name=origin][value=residents_tenth][checked]").Length() != 1 || doc.Find("option[value=environment][selected]").Length() != 1 || doc.Find("#merged[checked]").Length() != 1 {
		t.Error("a choice made is lost")
	}
}

func TestReviewCarriesAllThatWasTyped(t *testing.T) {
	_, doc := rendered(t, samples(t, "zh-CN")["start-review"])
	form := doc.Find("form[action='/processes/new']")
	for _, o := range sampleForm().hidden() {
		if got := form.Find("input[type=hidden][name='"+o.Value+"']").AttrOr("value", ""); got != o.Label {
			t.Errorf("%s: %q, want %q", o.Value, got, o.Label)
		}
	}
	if form.Find("input[name=key]").AttrOr("value", "") == "" || !strings.Contains(doc.Text(), pack.Hash) || doc.Find("table.plan tbody tr").Length() != 2 {
		t.Error("the review lacks its key, its pack or its calendar")
	}
}

func TestVerdictIsASentenceItsWorkingAndItsSource(t *testing.T) {
	_, doc := rendered(t, samples(t, "zh-CN")["process"])
	card := doc.Find("#stage-resolution .verdict.bad")
	if card.Length() != 1 {
		t.Fatalf("%d verdicts of the meeting without a quorum", card.Length())
	}
	for _, want := range []string{"60", "40", "38", "还差 2", "第二十九条"} {
		if !strings.Contains(card.Text(), want) {
			t.Errorf("the verdict does not say %q: %s", want, card.Find(".sentence").Text())
		}
	}
	if card.Find("details table tbody tr").Length() != 1 || !strings.Contains(card.Find("details").Text(), pack.Hash) {
		t.Error("the working lacks its checks or its pack")
	}
}

func TestProcessShowsWhatIsNext(t *testing.T) {
	_, doc := rendered(t, samples(t, "zh-CN")["process"])
	if got := doc.Find("#next a.govuk-button").AttrOr("href", ""); got != "/processes/p1/acts/prove_posting" {
		t.Errorf("next leads to %q", got)
	}
	if doc.Find("#waiting").Length() != 1 || !strings.Contains(doc.Find("#waiting").Text(), "2026年12月28日(星期一)24:00") {
		t.Errorf("why it waits: %q", doc.Find("#waiting").Text())
	}
	if n := doc.Find("ol.timeline > li").Length(); n != len(deliberation.Stages) {
		t.Errorf("%d stages", n)
	}
	if got := doc.Find("ol.timeline > li[aria-current=step]").AttrOr("id", ""); got != "stage-resolution_disclosure" {
		t.Errorf("current is %q", got)
	}
}

func TestVotingPage(t *testing.T) {
	pages := samples(t, "zh-CN")
	_, doc := rendered(t, pages["vote"])
	if doc.Find("form.choices input[type=radio][name=choice]").Length() != 3 || doc.Find("form.choices input[checked]").Length() != 0 {
		t.Error("a voter must find three choices and none made")
	}
	text := doc.Find("main").Text()
	if strings.Index(text, "防滑地砖") > strings.Index(text, "赞成") {
		t.Error("what is decided must come first")
	}
	if doc.Find("main .govuk-button").Length() != 1 {
		t.Error("one primary button a page")
	}
	_, doc = rendered(t, pages["vote-check"])
	if doc.Find("input[name=choice][value=yes]").Length() != 1 || doc.Find("button[value=cast]").Length() != 1 || !strings.Contains(doc.Find(".big-choice").Text(), "赞成") {
		t.Error("the check page does not show and carry the choice")
	}
	_, doc = rendered(t, pages["vote-off-roll"])
	if doc.Find("form.choices").Length() != 0 {
		t.Error("who is not on the roll is offered a ballot")
	}
	_, doc = rendered(t, pages["vote-closed"])
	if doc.Find(".ballot-line").Length() != 2 || doc.Find("#result").Length() != 1 {
		t.Error("a closed recorded poll shows its result and its names")
	}
}

// design.md §10: a ballot page on a phone is below 60 kB with all it loads.
func TestVotingPageIsSmall(t *testing.T) {
	const most = 60_000
	for _, name := range []string{"vote", "vote-check", "vote-receipt"} {
		html, doc := rendered(t, samples(t, "zh-CN")[name])
		if doc.Find("img, script, link:not([rel=stylesheet]):not([href^='data:'])").Length() > 0 {
			t.Errorf("%s loads more than the stylesheet", name)
		}
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(html); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if sum := len(html) + static.New().Packed(); sum >= most {
			t.Errorf("%s: %d bytes of page and %d of stylesheet", name, len(html), static.New().Packed())
		}
	}
}

func TestWhatPeopleWroteIsEscaped(t *testing.T) {
	_, doc := rendered(t, samples(t, "zh-CN")["paper"])
	if doc.Find("#paper script").Length() != 0 || !strings.Contains(doc.Find("#paper").Text(), "<script>alert(1)</script>") {
		t.Error("a paper's text is not shown as it was written")
	}
}

func TestLargerTypeIsMarkedOnTheRoot(t *testing.T) {
	p := samplePage(t, "zh-CN", deliberation.Representative)
	p.Elder = true
	_, doc := rendered(t, Today(TodayView{Page: p}))
	if doc.Find("html.elder").Length() != 1 || doc.Find("button[name=size][value=normal]").Length() != 1 {
		t.Error("the larger type is not set, or there is no way back")
	}
}

func TestGeneratedCodeIsCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the templ generator")
	}
	sources, err := filepath.Glob("*.templ")
	if err != nil || len(sources) == 0 {
		t.Fatal("no components found", err)
	}
	dir := t.TempDir()
	for _, source := range sources {
		b, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, source), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("go", "tool", "templ", "generate", "-path", dir).CombinedOutput(); err != nil {
		t.Fatalf("templ: %v\n%s", err, out)
	}
	for _, source := range sources {
		name := strings.TrimSuffix(source, ".templ") + "_templ.go"
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is newer than its generated code: run `go tool templ generate` in this folder", source)
		}
	}
}

func TestEveryValueHasItsWord(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		p := samplePage(t, lang, deliberation.Secretary)
		var keys []string
		add := func(prefix string, values ...string) {
			for _, v := range values {
				keys = append(keys, prefix+v)
			}
		}
		for _, s := range deliberation.ActSpecs {
			add("act_", string(s.Kind))
		}
		for _, c := range CategoryList {
			add("category_", string(c))
		}
		for _, o := range OriginList {
			add("origin_", string(o))
		}
		for _, a := range AffectedList {
			add("affected_", string(a))
			add("affected_hint_", string(a))
		}
		for _, f := range FormList {
			add("form_hint_", string(f))
		}
		add("waiting_", "opinions", "notice", "check_in", "votes", "display", "supervisors", "street", "act")
		add("outcome_", "carried", "lost", "inquorate", "amended", "contested", "withdrawn", "cancelled")
		add("process_", "running", "held", "ended")
		add("meeting_", "convened", "check_in", "in_session", "adjourned", "closed")
		add("posting_", "up", "ended", "broken")
		add("objection_", "filed", "answered", "contested", "settled")
		add("mark_", "acknowledged", "declined", "question", "rectification", "closing", "silent")
		add("mark_state_", "open", "answered", "settled", "escalated")
		add("paper_", "proposal", "notice", "draft", "minutes", "advice", "resolution", "result", "progress", "objection", "answer", "opinion", "supervise", "reason", "photo")
		add("fact_", "started", "stage", "outcome", "ended", "paper", "opinions", "notice", "roll", "quorum", "poll_opened", "poll_closed", "passing", "signed", "posted", "posting_proof", "posting_ended", "posting_broken", "objection", "mark", "reminder", "escalation")
		add("state_", "done", "merged", "not_asked", "now", "held", "later", "not_reached", "archived")
		add("light_", "fine", "late", "held", "supervisors", "archived", "ended")
		add("disposition_", "adopted", "partly", "not")
		add("choice_", "yes", "no", "abstain")
		add("print_form_", FormsOf(deliberation.FourDeliberationsKind)...)
		add("print_conference_", FormsOf(deliberation.ConferenceKind)...)
		add("problem_", "required", "too_long", "too_many", "too_few", "not_a_date", "not_a_choice", "not_a_number", "not_an_image", "not_text", "unexpected")
		for _, e := range []Page{p, samplePage(t, lang), samplePage(t, lang, deliberation.Supervisor)} {
			for _, n := range e.Entries() {
				add("", n.Key)
			}
		}
		for _, k := range keys {
			if !p.Has(k) {
				t.Errorf("%s: no text for %s", lang, k)
			}
		}
		for _, s := range deliberation.Stages {
			if p.StageName(s) == "" {
				t.Errorf("%s: no word for stage %s", lang, s)
			}
		}
	}
}

func TestDatesAsPeopleSayThem(t *testing.T) {
	p := samplePage(t, "zh-CN", deliberation.Resident)
	end := deliberation.NewDate(2026, 12, 16).End()
	for got, want := range map[string]string{
		p.Until(end):                   "2026年12月16日(星期三)24:00",
		p.Until(noon):                  "2026年12月16日(星期三)12:00",
		p.Left(end):                    "还有 12 小时",
		p.Left(noon.AddDate(0, 0, -2)): "已过 2 天",
		p.Yuan(123456789):              "1,234,567.89 元",
		p.Yuan(5):                      "0.05 元",
		p.OfficeList([]deliberation.Office{deliberation.Representative, deliberation.Resident}): "居民代表",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTimelineOfALostMatter(t *testing.T) {
	p := sampleProceeding()
	p.Status.State, p.Status.Outcome, p.Status.Stage = deliberation.Ended, deliberation.Lost, deliberation.Archive
	p.Postings, p.Tasks = nil, nil
	var words []string
	if filed := Timeline(p, sampleEntries())[1].Papers(); len(filed) != 1 || filed[0].ID != "prop" {
		t.Errorf("the proposal that the register knows is not among the papers: %v", filed)
	}
	for _, s := range Timeline(p, sampleEntries()) {
		words = append(words, s.Word)
	}
	want := []string{"state_done", "state_done", "state_done", "state_done", "state_not_asked", "outcome_lost", "state_not_reached", "state_not_reached", "state_not_reached", "state_not_reached"}
	if !slices.Equal(words, want) {
		t.Errorf("got %v, want %v", words, want)
	}
}
