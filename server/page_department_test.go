package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const ratedCase = deliberation.ProcessID("rating1")

// rates puts a rating of two departments into the town: one replied, the other let its
// limit pass. Nothing of it is posted yet.
func (h *hall) rates(change ...func(*deliberation.Proceeding)) {
	h.t.Helper()
	result := func(a, b, c int) *deliberation.DepartmentResult {
		rules := deliberation.DepartmentRules{Grades: deliberation.ListRule{List: []string{"satisfied", "basically_satisfied", "not_satisfied"}}}
		r, err := rules.Rate(deliberation.QuestionCount{Ballots: a + b + c, Votes: []deliberation.OptionCount{{Option: "satisfied", Votes: a}, {Option: "basically_satisfied", Votes: b}, {Option: "not_satisfied", Votes: c}}})
		if err != nil {
			h.t.Fatal(err)
		}
		return &r
	}
	told := deliberation.PaperRef{ID: "told"}
	p := deliberation.Proceeding{Process: deliberation.Process{
		ID: ratedCase, Community: home, Kind: deliberation.DepartmentKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{Title: "评议部门", Summary: "评议", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginParty, Form: deliberation.Conference,
			Departments: []string{"供电所", "<script>alert(1)</script>"}},
		Status: deliberation.Status{Stage: deliberation.DepartmentReplies, State: deliberation.Running, Rating: &deliberation.RatingStatus{Held: deliberation.DateOf(civil).AddDays(-40), Departments: []deliberation.RatedDepartment{
			{ID: "d1", Result: result(7, 3, 1), Told: told, ReplyDue: civil.AddDate(0, 0, -2), Reply: deliberation.PaperRef{ID: "reply1"}, Replied: civil.AddDate(0, 0, -9)},
			{ID: "d2", Result: result(0, 1, 10), Told: told, ReplyDue: civil.AddDate(0, 0, -2), Overdue: true},
		}}, Open: []deliberation.OpenAct{{Kind: deliberation.ReplyToRating, Subject: "d2"}}},
	}}
	for _, f := range change {
		f(&p)
	}
	h.town.papers["reply1"] = deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "reply1", Kind: deliberation.PaperRating}, Process: ratedCase, MediaType: plainText, Content: []byte("已增设夜间抢修。")}
	h.town.processes[ratedCase] = p
}

func posted(replies bool) func(*deliberation.Proceeding) {
	return func(p *deliberation.Proceeding) {
		p.Status.Rating.Posted = civil.AddDate(0, 0, -30)
		if replies {
			p.Status.Rating.RepliesPosted = civil.AddDate(0, 0, -1)
		}
	}
}

func TestADepartmentIsRatedFromAListOfNames(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	const page = "/department-ratings/new"
	for name, lines := range map[string]string{"nobody": " \n", "31": manyNames(31), "twice": "供电所\n供电所", "too long": strings.Repeat("所", 61)} {
		doc := v.document(v.post(page, page, url.Values{"key": {"rating-key-1"}, "departments": {lines}}), http.StatusUnprocessableEntity)
		if doc.Find("#departments-error").Length() != 1 || len(v.h.town.started) != 0 {
			t.Errorf("%s: %s", name, doc.Text())
		}
		if name == "twice" && !strings.Contains(doc.Find("#departments").Text(), "供电所") {
			t.Error("what was typed is lost")
		}
	}
	if doc := v.page(page, http.StatusOK); !strings.Contains(doc.Text(), "依法履职") {
		t.Errorf("the form does not say what is weighed: %s", doc.Text())
	}
	r := v.post(page, page, url.Values{"key": {"rating-key-2"}, "departments": {"供电所\r\n\r\n <b>水务</b> \n"}})
	if r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.DepartmentKind || p.Matter.Origin != deliberation.OriginParty || fmt.Sprint(p.Matter.Departments) != "[供电所 <b>水务</b>]" || p.Matter.Form != deliberation.Conference {
		t.Errorf("started %+v", p.Process)
	}
	if r := newVisit(t).signedIn("resident").get(page); r.Code != http.StatusForbidden {
		t.Errorf("a resident begins it: %d", r.Code)
	}
}

func manyNames(n int) string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("第%d所", i+1)
	}
	return strings.Join(lines, "\n")
}

// What was posted is for everybody, with who is overdue; a name with markup is a name.
func TestResultsAndSilenceArePublicOncePosted(t *testing.T) {
	v := newVisit(t)
	v.h.rates()
	if r := v.get("/department-ratings/rating1"); r.Code != http.StatusNotFound {
		t.Errorf("public before it was posted: %d", r.Code)
	}
	if text := v.page("/department-ratings?community=c1", http.StatusOK).Text(); strings.Contains(text, "评议部门 ") && strings.Contains(text, "逾期") {
		t.Errorf("listed before it was posted: %s", text)
	}
	v.h.rates(posted(false))
	r := v.get("/department-ratings/rating1")
	if strings.Contains(r.Body.String(), "<script>alert(1)") {
		t.Error("a name's markup is not escaped")
	}
	text := v.document(r, http.StatusOK).Text()
	for _, said := range []string{"供电所", "<script>alert(1)</script>", "7 票（63.6%）", "10 票（90.9%）", "逾期未答复", "已于", "本身不处分"} {
		if !strings.Contains(text, said) {
			t.Errorf("the page does not say %s: %s", said, text)
		}
	}
	if strings.Contains(text, "夜间抢修") {
		t.Error("a reply is public before it was posted")
	}
	if text := v.page("/board?community=c1", http.StatusOK).Text(); !strings.Contains(text, "逾期未答复评议的单位") || !strings.Contains(text, "<script>alert(1)</script>") {
		t.Errorf("the board does not tell of the silence: %s", text)
	}
	if text := v.page("/department-ratings?community=c1", http.StatusOK).Text(); !strings.Contains(text, "1 个单位逾期未答复") {
		t.Errorf("the list: %s", text)
	}
	v.h.rates(posted(true))
	if text := v.page("/department-ratings/rating1", http.StatusOK).Text(); !strings.Contains(text, "夜间抢修") {
		t.Errorf("no reply: %s", text)
	}
	if r := v.get("/department-ratings/p1"); r.Code != http.StatusNotFound {
		t.Errorf("another kind of process: %d", r.Code)
	}
}

func TestAReplyIsEnteredByTheClerk(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.rates(posted(false))
	const page = "/processes/rating1/acts/reply_to_rating?subject=d2"
	doc := v.page(page, http.StatusOK)
	if text := doc.Text(); !strings.Contains(text, "<script>alert(1)</script>") || !strings.Contains(text, "不满意 10 票") {
		t.Errorf("the form does not name the department: %s", doc.Text())
	}
	r := v.post(page, "/processes/rating1/acts/reply_to_rating", url.Values{"key": {"reply-key-1"}, "subject": {"d2"}, "text": {"已整改。"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	last := v.h.town.acts[len(v.h.town.acts)-1]
	if last.Kind != deliberation.ReplyToRating || last.Subject != "d2" || last.Office != deliberation.Clerk || v.h.town.papers[last.Paper.ID].Kind != deliberation.PaperRating {
		t.Errorf("%+v", last)
	}
	if r := v.signedIn("director").get(page); r.Code != http.StatusForbidden {
		t.Errorf("the director enters a reply: %d", r.Code)
	}
	if text := v.signedIn("clerk").page("/processes/rating1", http.StatusOK).Text(); !strings.Contains(text, "<script>alert(1)</script>") {
		t.Errorf("the clerk is not told whose reply is owed: %s", text)
	}
	text := v.signedIn("director").page("/processes/rating1", http.StatusOK).Text()
	if !strings.Contains(text, "查看评议结果和答复") {
		t.Errorf("the case does not lead to its results: %s", text)
	}
}

func TestTheNoticeOfARatingIsDrafted(t *testing.T) {
	v := newVisit(t).signedIn("director")
	at := func(s deliberation.Stage) func(*deliberation.Proceeding) {
		return func(p *deliberation.Proceeding) {
			p.Status.Stage, p.Status.Open = s, []deliberation.OpenAct{{Kind: deliberation.Publish}}
		}
	}
	v.h.rates(at(deliberation.RatingDisclosure))
	text := v.page("/processes/rating1/acts/publish", http.StatusOK).Find("#text").Text()
	if !strings.Contains(text, "1. 供电所") || !strings.Contains(text, "满意 7 票（63.6%）") || strings.Contains(text, "答复") {
		t.Errorf("the result: %s", text)
	}
	v.h.rates(at(deliberation.ReplyDisclosure), posted(false))
	text = v.page("/processes/rating1/acts/publish", http.StatusOK).Find("#text").Text()
	if !strings.Contains(text, "夜间抢修") || !strings.Contains(text, "逾期未答复") {
		t.Errorf("the replies: %s", text)
	}
}

func TestRatingsOverTheAPI(t *testing.T) {
	h := newHall(t)
	if r := h.as("secretary", "POST", "/api/v1/department-ratings", map[string]any{"departments": []string{}}); r.status != http.StatusUnprocessableEntity {
		t.Errorf("nobody is rated: %d %s", r.status, r.body)
	}
	if r := h.as("secretary", "POST", "/api/v1/department-ratings", map[string]any{"departments": strings.Split(manyNames(31), "\n")}); r.status != http.StatusUnprocessableEntity || !strings.Contains(string(r.body), "30") {
		t.Errorf("31 are rated: %d %s", r.status, r.body)
	}
	if r := h.as("secretary", "POST", "/api/v1/department-ratings", map[string]any{"departments": []string{"供电所"}}); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.as("resident", "POST", "/api/v1/department-ratings", map[string]any{"departments": []string{"供电所"}}); r.status != http.StatusForbidden {
		t.Errorf("a resident begins it: %d", r.status)
	}
	h.rates(posted(true))
	r := h.ask("GET", "/api/v1/department-ratings/rating1", nil, nil)
	if body := string(r.body); r.status != http.StatusOK || !strings.Contains(body, `"permille":[636,273,91]`) || !strings.Contains(body, "夜间抢修") || !strings.Contains(body, `"overdue":true`) {
		t.Errorf("%d %s", r.status, body)
	}
}
