package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const bread = deliberation.ProcessID("life1")

// lives puts a livelihood matter into the town, its opinions merged.
func (h *hall) lives(stage deliberation.Stage, l deliberation.LivelihoodStatus, open ...deliberation.OpenAct) {
	h.t.Helper()
	ref, err := h.town.FilePaper(h.t.Context(), deliberation.Paper{PaperRef: deliberation.PaperRef{Kind: deliberation.PaperMerged}, Process: bread, MediaType: plainText, Content: []byte("归并为<b>三类</b>")})
	if err != nil {
		h.t.Fatal(err)
	}
	l.List = ref
	status := deliberation.Status{Stage: stage, State: deliberation.Running, Open: open, Livelihood: &l}
	if forum := map[deliberation.Affected]deliberation.Body{deliberation.AffectsAll: deliberation.ExpertAppraisal, deliberation.AffectsSome: deliberation.HearingMeeting}[l.Affected]; forum != "" {
		status.Asked = &deliberation.AskedHearing{Rule: deliberation.ForumRule{Affected: l.Affected, Body: forum}}
	}
	h.town.processes[bread] = deliberation.Proceeding{Process: deliberation.Process{
		ID: bread, Community: home, Kind: deliberation.LivelihoodKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{Title: "老年食堂", Summary: "开办老年食堂", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsAll, Origin: deliberation.OriginParty, Form: deliberation.Conference},
		Status: status,
	}}
}

func TestALivelihoodMatterIsBegunOnTheStartForm(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	const page = "/processes/new"
	if doc := v.page(page, http.StatusOK); doc.Find("input[name=kind][value=livelihood_matter]").Length() != 1 {
		t.Error("the start form does not offer it")
	}
	form := url.Values{
		"kind": {"livelihood_matter"}, "title": {"老年食堂"}, "summary": {"开办老年食堂"}, "category": {"environment"}, "affected": {"some"},
		"origin": {"party_organisation"}, "form": {"assembly"}, "merged": {"yes"},
	}
	doc := v.document(v.post(page, page, form), http.StatusUnprocessableEntity)
	if doc.Find("#merged-error").Length() != 1 {
		t.Errorf("① and ② merged: %s", doc.Find("main").Text())
	}
	form.Del("merged")
	doc = v.document(v.post(page, page, form), http.StatusOK)
	if !strings.Contains(doc.Find(".sentence").Text(), "民生事项") {
		t.Errorf("the review does not name the procedure: %s", doc.Find(".sentence").Text())
	}
}

func TestTheOpinionsOfALivelihoodMatterSayHowTheyCame(t *testing.T) {
	h := newHall(t)
	h.lives(deliberation.Soliciting, deliberation.LivelihoodStatus{})
	const path = "/api/v1/processes/life1/opinions"
	visit := object{"text": "走访", "channel": "visit"}
	h.refused(h.as("resident", "POST", path, visit), http.StatusForbidden, deliberation.RefuseNotEntitled)
	for _, channel := range []string{"table", "phone", "<b>"} {
		h.refused(h.as("clerk", "POST", path, object{"text": "x", "channel": channel}), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	}
	if r := h.as("clerk", "POST", path, visit); r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if got := h.as("clerk", "GET", path, nil).json(t)["opinions"].([]any)[0].(object)["channel"]; got != "visit" {
		t.Errorf("it came by %v", got)
	}
}

func TestTheHearingOfALivelihoodMatterIsTheOneItNeeds(t *testing.T) {
	h := newHall(t)
	h.lives(deliberation.PublicHearing, deliberation.LivelihoodStatus{Affected: deliberation.AffectsSome}, deliberation.OpenAct{Kind: deliberation.StartHearing})
	hearing := func(change string, to any) object {
		o := object{"form": "hearing", "title": "老年食堂", "summary": "听取意见", "category": "environment", "affected": "some", "origin": "party_organisation", "for": "life1"}
		o[change] = to
		return o
	}
	const path = "/api/v1/hearings"
	r := h.as("secretary", "POST", path, hearing("form", "expert_appraisal"))
	h.refused(r, http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	if !strings.Contains(string(r.body), "choice_reason") {
		t.Errorf("another forum without a reason: %s", r.body)
	}
	h.refused(h.as("secretary", "POST", path, hearing("affected", "all")), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	if r := h.as("secretary", "POST", path, hearing("form", "hearing")); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestASurveyThatDoesNotAddUpIsRefusedBesideItsField(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.lives(deliberation.SatisfactionCheck, deliberation.LivelihoodStatus{Affected: deliberation.AffectsSome}, deliberation.OpenAct{Kind: deliberation.FileSurvey})
	const path = "/processes/life1/acts/file_survey"
	survey := url.Values{"key": {"survey-key-1"}, "step": {"do"}, "text": {"抽取一百户"}, "asked": {"100"}, "returned": {"80"}, "satisfied": {"40"}, "basically": {"20"}, "not": {"10"}}
	for field, change := range map[string]url.Values{"satisfied": nil, "returned": {"asked": {"50"}}, "asked": {"asked": {"几十"}}} {
		form := url.Values{}
		for k, x := range survey {
			form[k] = x
		}
		for k, x := range change {
			form[k] = x
		}
		doc := v.document(v.post(path, path, form), http.StatusUnprocessableEntity)
		if doc.Find("#"+field+"-error").Length() != 1 || doc.Find("#basically[value='20']").Length() != 1 {
			t.Errorf("%s: %s", field, doc.Find("main").Text())
		}
	}
}

func TestALivelihoodMatterShowsItsListAndItsSurvey(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	v.h.lives(deliberation.Implementation, deliberation.LivelihoodStatus{
		Affected: deliberation.AffectsSome, Survey: &deliberation.Satisfaction{Asked: 100, Returned: 80, Satisfied: 20, Basically: 20, Not: 40}, Returns: 1,
	})
	card := v.page("/processes/life1", http.StatusOK).Find("#livelihood")
	for _, want := range []string{"归并为<b>三类</b>", "先开听证会", "50%", "退回改进"} {
		if !strings.Contains(card.Text(), want) {
			t.Errorf("%q is not shown: %s", want, card.Text())
		}
	}
	if card.Find(".paper-text b").Length() != 0 {
		t.Error("markup of a text is not escaped")
	}
}
