package server

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// asksSeveral makes the town's open poll a ballot of a motion and of a choice of two
// from three.
func (v visit) asksSeveral(state deliberation.PollState) visit {
	w := v.h.town
	p, b := w.processes[process], w.polls["b1"]
	p.Kind = deliberation.ConferenceKind
	motions := []deliberation.Motion{{ID: "p1.o.1"}, {ID: "p1.o.2", Options: deliberation.OptionIDs(3), Seats: 2, Together: true}}
	texts := []string{"修订居民公约\n增加一条。", deliberation.WithOptions("推选监督小组\n任期一年。", []string{"张三", "李四", "王五"})}
	b.poll.Form, b.poll.Motion, b.poll.State = nil, motions[0].ID, state
	for i := range motions {
		ref := deliberation.PaperRef{ID: deliberation.PaperID(motions[i].ID), Kind: deliberation.PaperMotion}
		w.papers[ref.ID] = deliberation.Paper{PaperRef: ref, Process: process, MediaType: plainText, Content: []byte(texts[i])}
		motions[i].Paper, motions[i].Voting, motions[i].Poll = ref, deliberation.RecordedVoting, "b1"
		b.poll.Form = append(b.poll.Form, motions[i].Question())
	}
	b.poll.Text, p.Status.Agenda = motions[0].Paper, motions
	if state == deliberation.PollClosed {
		rules := func(string) []deliberation.MajorityRule { return []deliberation.MajorityRule{half} }
		b.poll.Questions = []deliberation.QuestionCount{
			{Question: "p1.o.1", Ballots: 10, Votes: []deliberation.OptionCount{{Option: "yes", Votes: 9}, {Option: "no", Votes: 1}, {Option: "abstain"}}},
			{Question: "p1.o.2", Ballots: 10, Votes: []deliberation.OptionCount{{Option: "o1", Votes: 8}, {Option: "o2", Votes: 7}, {Option: "o3", Votes: 7}}, Blank: 1},
		}
		tally := deliberation.Tally{Due: 12, Present: 10, Voters: 10}
		b.poll.Tally, b.poll.Verdicts = &tally, b.poll.Form.DecideEach(rules, deliberation.Attendance{}, tally, b.poll.Questions)
	}
	p.Polls = []deliberation.Poll{b.poll}
	w.polls["b1"], w.processes[process] = b, p
	return v
}

func TestABallotOfSeveralQuestionsByPhone(t *testing.T) {
	v := newVisit(t).signedIn("rep").asksSeveral(deliberation.PollOpen)
	doc := v.page("/polls/b1", http.StatusOK)
	text := doc.Find("main").Text()
	for _, want := range []string{"1. 修订居民公约", "2. 推选监督小组", "张三", "李四", "王五", "最多选 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("the ballot lacks %q", want)
		}
	}
	if n := doc.Find("form.choices fieldset").Length(); n != 2 {
		t.Errorf("%d questions", n)
	}
	if doc.Find("form.choices input[checked]").Length() != 0 {
		t.Error("a choice is made before the voter makes one")
	}
	form := formOf(doc.Find("form.choices"))
	post := func(status int, marks url.Values) string {
		t.Helper()
		out := url.Values{"key": {form.Get("key")}, "csrf": form["csrf"], "step": {"check"}}
		for k, list := range marks {
			out[k] = list
		}
		r := v.post("/polls/b1", "/polls/b1", out)
		return v.document(r, status).Find("main").Text()
	}
	for name, wrong := range map[string]url.Values{
		"nothing":              {},
		"a motion passed over": {"q-p1.o.2": {"o1"}},
		"too many names":       {"q-p1.o.1": {"yes"}, "q-p1.o.2": {"o1", "o2", "o3"}},
		"not on the ballot":    {"q-p1.o.1": {"yes"}, "q-p1.o.2": {"o9"}},
		"twice the same":       {"q-p1.o.1": {"yes"}, "q-p1.o.2": {"o1", "o1"}},
		"two choices":          {"q-p1.o.1": {"yes", "no"}, "q-p1.o.2": {"o1"}},
		"no such choice":       {"q-p1.o.1": {"maybe"}, "q-p1.o.2": {"o1"}},
	} {
		for _, step := range []string{"check", "cast"} {
			said := post(http.StatusUnprocessableEntity, with(wrong, "step", step))
			if strings.Contains(said, "p1.o.") {
				t.Errorf("%s: an id is shown: %s", name, said)
			}
		}
	}
	if len(v.h.town.polls["b1"].ballots) != 0 {
		t.Fatal("a wrong ballot is in the box")
	}
	checked := post(http.StatusOK, url.Values{"q-p1.o.1": {"no"}, "q-p1.o.2": {"o3", "o1"}})
	if !strings.Contains(checked, "反对") || !strings.Contains(checked, "王五、张三") {
		t.Errorf("the check shows %s", checked)
	}
	if len(v.h.town.polls["b1"].ballots) != 0 {
		t.Fatal("cast without a check")
	}
	post(http.StatusOK, url.Values{"step": {"cast"}, "q-p1.o.1": {"no"}, "q-p1.o.2": {"o3", "o1"}})
	want := []deliberation.Answer{{Question: "p1.o.1", Choices: []string{"no"}}, {Question: "p1.o.2", Choices: []string{"o3", "o1"}}}
	if got := v.h.town.polls["b1"].ballots["rep"]; !reflect.DeepEqual(got.Answers, want) || got.Choice != "" {
		t.Errorf("cast %+v", got)
	}
}

func TestNothingMarkedAmongSeatsIsABlankAnswer(t *testing.T) {
	v := newVisit(t).signedIn("rep").asksSeveral(deliberation.PollOpen)
	form := formOf(v.page("/polls/b1", http.StatusOK).Find("form.choices"))
	checked := v.document(v.post("/polls/b1", "/polls/b1", with(form, "step", "check", "q-p1.o.1", "yes")), http.StatusOK)
	if !strings.Contains(checked.Find("main").Text(), "弃权") {
		t.Error("the check does not say that nobody is chosen")
	}
	v.document(v.post("/polls/b1", "/polls/b1", with(form, "step", "cast", "q-p1.o.1", "yes")), http.StatusOK)
	if got := v.h.town.polls["b1"].ballots["rep"].Answers; len(got) != 2 || len(got[1].Choices) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestTheResultNamesWhoIsChosenAndWhoIsTied(t *testing.T) {
	v := newVisit(t).signedIn("rep").asksSeveral(deliberation.PollClosed)
	for _, path := range []string{"/polls/b1", "/board/p1.b1"} {
		text := v.page(path, http.StatusOK).Find("main").Text()
		for _, want := range []string{"修订居民公约", "推选监督小组", "张三", "李四、王五", "通过"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q: %s", path, want, text)
			}
		}
	}
}

func TestAPollThatIsCountedOrVoidSaysSo(t *testing.T) {
	for state, want := range map[deliberation.PollState]string{deliberation.PollCounting: "正在计票", deliberation.PollVoided: "表决无效"} {
		v := newVisit(t).signedIn("rep").asksSeveral(state)
		doc := v.page("/polls/b1", http.StatusOK)
		if !strings.Contains(doc.Find("main").Text(), want) || doc.Find("form.choices").Length() != 0 {
			t.Errorf("%s: %s", state, doc.Find("main").Text())
		}
	}
}

func TestABallotOfSeveralQuestionsOverTheAPI(t *testing.T) {
	v := newVisit(t).asksSeveral(deliberation.PollOpen)
	h, path := v.h, "/api/v1/polls/b1/ballots"
	answer := func(question string, choices ...string) object {
		return object{"question": question, "choices": choices}
	}
	for name, wrong := range map[string]object{
		"a choice instead":        {"choice": "yes"},
		"both":                    {"choice": "yes", "answers": []object{answer("p1.o.1", "yes"), answer("p1.o.2", "o1")}},
		"no answers":              {"answers": []object{}},
		"one question":            {"answers": []object{answer("p1.o.1", "yes")}},
		"a question twice":        {"answers": []object{answer("p1.o.1", "yes"), answer("p1.o.1", "yes"), answer("p1.o.2")}},
		"too many names":          {"answers": []object{answer("p1.o.1", "yes"), answer("p1.o.2", "o1", "o2", "o3")}},
		"not on the ballot":       {"answers": []object{answer("p1.o.1", "yes"), answer("p1.o.2", "o4")}},
		"twice the same":          {"answers": []object{answer("p1.o.1", "yes"), answer("p1.o.2", "o1", "o1")}},
		"empty for a motion":      {"answers": []object{answer("p1.o.1"), answer("p1.o.2", "o1")}},
		"a question of no ballot": {"answers": []object{answer("p1.o.1", "yes"), answer("p1.o.2"), answer("p1.o.3", "yes")}},
	} {
		r := h.as("rep", "POST", path, wrong)
		if r.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if r := h.as("rep", "POST", path, object{"answers": []object{answer("p1.o.2", "o2"), answer("p1.o.1", "yes")}}); r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if got := h.town.polls["b1"].ballots["rep"].Answers; len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestAMotionBringsWhoMayBeChosen(t *testing.T) {
	h := newHall(t)
	h.opens(deliberation.OpenAct{Kind: deliberation.PutMotion}, deliberation.OpenAct{Kind: deliberation.CloseAgenda}, deliberation.OpenAct{Kind: deliberation.Convene})
	const path = "/api/v1/processes/p1/acts/put_motion"
	motion := func(more object) object {
		out := object{"text": "推选组长\n任期一年。", "category": "other", "voting": "secret"}
		for k, x := range more {
			out[k] = x
		}
		return out
	}
	for field, wrong := range map[string][]object{
		"options":    {{"seats": 1}, {"options": []string{"张三", "张三"}, "seats": 1}, {"options": []string{"张三", " "}, "seats": 1}, {"options": []string{"张\n三", "李四"}, "seats": 1}, {"options": many(61), "seats": 1}},
		"too_long":   {{"options": []string{strings.Repeat("长", 201)}, "seats": 1}},
		"seats":      {{"options": []string{"张三", "李四"}}, {"options": []string{"张三", "李四"}, "seats": 3}},
		"together":   {{"together": true}},
		"sections":   {{"sections": 3}},
		"until":      {{"grant": object{"categories": []string{"funds"}, "until": "tomorrow"}}, {"grant": object{"categories": []string{"funds"}, "until": ""}}},
		"categories": {{"grant": object{"categories": []string{}, "until": "2027-12-31"}}},
		"grant":      {{"grant": object{"categories": []string{"funds", "funds"}, "until": "2027-12-31"}}},
	} {
		for _, w := range wrong {
			r := h.as("clerk", "POST", path, motion(w))
			if r.status != http.StatusUnprocessableEntity || !strings.Contains(string(r.body), field) {
				t.Errorf("%s: %d %s with %.200v", field, r.status, r.body, w)
			}
		}
	}
	if len(h.town.acts) != 0 {
		t.Fatalf("%d acts reached the engine", len(h.town.acts))
	}
	if r := h.as("clerk", "POST", path, motion(object{"options": []string{" 张三 ", "李四"}, "seats": 1, "on_paper": true})); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	a := h.town.acts[0]
	if a.Options != 2 || a.Seats != 1 || !a.OnPaper {
		t.Errorf("%+v", a)
	}
	if got := string(h.town.papers[a.Paper.ID].Content); got != "推选组长\n任期一年。\n1. 张三\n2. 李四" {
		t.Errorf("the motion's text: %q", got)
	}
	if r := h.as("clerk", "POST", path, object{"text": "授权", "category": "authorise", "voting": "recorded", "grant": object{"categories": []string{"funds"}, "until": "2027-12-31"}}); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if g := h.town.acts[1].Grant; g == nil || g.Until.String() != "2027-12-31" || len(g.Categories) != 1 {
		t.Errorf("%+v", g)
	}
	if r := h.as("director", "POST", "/api/v1/processes/p1/acts/close_agenda", object{"together": true}); r.status != http.StatusOK || !h.town.acts[2].Together {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func many(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strings.Repeat("人", i+1)
	}
	return names
}

// opens makes these acts the ones that are open.
func (h *hall) opens(acts ...deliberation.OpenAct) {
	p := h.town.processes[process]
	p.Kind, p.Status.Stage, p.Status.Open = deliberation.ConferenceKind, deliberation.AgendaStage, acts
	h.town.processes[process] = p
}

func TestTheFormOfAMotionAsksForWhoMayBeChosen(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.opens(deliberation.OpenAct{Kind: deliberation.PutMotion})
	const page = "/processes/p1/acts/put_motion"
	form := formOf(v.page(page, http.StatusOK).Find("form[action='" + page + "']"))
	for _, field := range []string{"options", "seats"} {
		if _, asked := form[field]; !asked {
			t.Errorf("the form does not ask for %s", field)
		}
	}
	if v.page(page, http.StatusOK).Find("[name=grant]").Length() != 0 {
		t.Error("a conference is asked whom it authorises")
	}
	form = with(form, "text", "推选组长", "category", "other", "voting", "secret", "options", "张三\r\n\r\n李四\r\n", "seats", "two")
	v.document(v.post(page, page, form), http.StatusUnprocessableEntity)
	if r := v.post(page, page, with(form, "seats", "1")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if a := v.h.town.acts[0]; a.Options != 2 || a.Seats != 1 {
		t.Errorf("%+v", a)
	}
}

// An amended motion still names as many as may be chosen, or its ballot could not be printed.
func TestAnAmendmentKeepsWhoMayBeChosen(t *testing.T) {
	v := newVisit(t).asksSeveral(deliberation.PollOpen)
	p := v.h.town.processes[process]
	p.Status.Open = []deliberation.OpenAct{{Kind: deliberation.Amend, Subject: "p1.o.2"}}
	v.h.town.processes[process] = p
	const path = "/api/v1/processes/p1/acts/amend"
	v.h.refused(v.h.as("director", "POST", path, object{"subject": "p1.o.2", "text": "推选监督小组"}), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	if r := v.h.as("director", "POST", path, object{"subject": "p1.o.2", "text": "推选监督小组\n1. 甲\n2. 乙\n3. 丙"}); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
}
