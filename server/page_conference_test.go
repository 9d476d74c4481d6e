package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// hall40 are forty of forty-one.
var hall40 = deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.Conference, Due: 41, Present: 40}}

// confers makes the town's case a conference that has voted on two motions.
func (v visit) confers() {
	w := v.h.town
	p := w.processes[process]
	p.Kind, p.Polls = deliberation.ConferenceKind, nil
	p.Status.Stage = deliberation.Resolution
	for i, title := range []string{"修订居民公约", "推选组长"} {
		id := deliberation.PaperID([]string{"motion1", "motion2"}[i])
		ref := deliberation.PaperRef{ID: id, Kind: deliberation.PaperMotion, SHA256: string(id)}
		w.papers[id] = deliberation.Paper{PaperRef: ref, Process: process, MediaType: plainText, Content: []byte(title + "\n全文")}
		carried := i == 0
		tally := deliberation.Tally{Due: 41, Present: 40, Voters: 40, Yes: 40 * (1 - i), No: 40 * i}
		verdict := deliberation.Passing([]deliberation.MajorityRule{half}, hall40, tally)
		poll := deliberation.PollID("p1.v" + string(rune('1'+i)))
		motion := deliberation.Motion{ID: string(id), Paper: ref, Voting: deliberation.RecordedVoting, Poll: poll, Met: &carried}
		p.Polls = append(p.Polls, deliberation.Poll{ID: poll, Meeting: "p1.m1", Stage: deliberation.Resolution, Text: ref, State: deliberation.PollClosed, Motion: motion.ID, Tally: &tally, Passing: &verdict})
		p.Status.Agenda = append(p.Status.Agenda, motion)
	}
	w.processes[process] = p
}

func TestEveryMotionOfAConferenceIsNamedWithItsVote(t *testing.T) {
	v := newVisit(t).signedIn("rep")
	v.confers()
	for _, path := range []string{"/processes/p1", "/processes/p1/print/4", "/board/p1.b1", "/processes/p1/supervise"} {
		text := v.page(path, http.StatusOK).Find("main").Text()
		text = strings.Join(strings.Fields(text), "")
		first, second := strings.LastIndex(text, "修订居民公约"), strings.LastIndex(text, "推选组长")
		if first < 0 || second < first {
			t.Errorf("%s: motions at %d and %d", path, first, second)
		}
		if !strings.Contains(text, "赞成40") || !strings.Contains(text, "反对40") {
			t.Errorf("%s lacks a vote: %s", path, text)
		}
		if strings.Contains(text, "④") {
			t.Errorf("%s counts a conference among the four deliberations", path)
		}
	}
}

func TestAConferenceOffersTheFormsOfItsStages(t *testing.T) {
	v := newVisit(t).signedIn("rep")
	v.confers()
	links := v.page("/processes/p1", http.StatusOK).Find("a[href*='/print/']")
	if got := links.Text(); links.Length() != 2 || strings.Contains(got, "四议两公开") {
		t.Errorf("%d forms: %s", links.Length(), got)
	}
	for form, want := range map[string]int{"1": 404, "2": 404, "3": 404, "4": 200, "5": 200, "6": 404, "x": 404, "04": 404} {
		if r := v.get("/processes/p1/print/" + form); r.Code != want {
			t.Errorf("form %s: %d, want %d", form, r.Code, want)
		}
	}
}
