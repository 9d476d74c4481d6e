package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// alwaysOpen acts may be done at most times; none of them is the next step.
var alwaysOpen = []deliberation.ActKind{
	deliberation.Ask, deliberation.OrderRectification, deliberation.Object, deliberation.Withdraw, deliberation.Amend,
	deliberation.DropMotion, deliberation.ReportRemoved, deliberation.RequestChange, deliberation.Adjourn, deliberation.Decline, deliberation.ReportProgress,
	deliberation.PostponeElection, deliberation.WithdrawCandidacy, deliberation.DeclineSeat, deliberation.ChallengeElection,
	deliberation.TurnToFull, deliberation.CloseSigning, deliberation.WithdrawDemand, deliberation.SendUp, deliberation.ReplaceChair, deliberation.VoidPoll,
	deliberation.AskHearing, deliberation.NoteRecord,
}

// showProcess shows a case.
func (w *site) showProcess(c echo.Context) error {
	view, err := w.processView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Process(view))
}

func (w *site) processView(c echo.Context) (pages.ProcessView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceeding(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.ProcessView{}, err
	}
	if p.Status.State == "" { // just started: the workflow has not written yet where it stands
		p.Status.Stage, p.Status.State = deliberation.StagesOf(p.Kind)[0], deliberation.Running
	}
	view := pages.ProcessView{Page: w.page(c, "processes", p.Matter.Title), P: p, Key: newKey(), ReadsBox: permit(toReadBox, v, true) == nil}
	view.Path = "/processes/" + string(p.ID) // a refused opinion is shown under another address
	if view.Stages, err = w.timeline(ctx, v, p); err != nil {
		return view, err
	}
	if view.Names, err = w.names(ctx, peopleOf(p)); err != nil {
		return view, err
	}
	view.Agenda = append(w.motionLines(ctx, v, p.ID, p.Status.Agenda), departmentLines(p.Process)...)
	if view.Opinions, err = w.opinions(ctx, v, p.ID); err != nil {
		return view, err
	}
	soliciting := p.Status.Stage == deliberation.Soliciting && p.Status.State != deliberation.Ended
	view.MayOpine = soliciting && permit(toGiveOpinion, v, true) == nil
	view.MayEnter = soliciting && permit(toAnswer, v, true) == nil
	view.MayAnswer = p.Status.State != deliberation.Ended && permit(toAnswer, v, true) == nil
	if view.Polls, err = w.pollsFor(ctx, v, p, view.Page); err != nil {
		return view, err
	}
	if p.Kind == deliberation.DemandKind {
		if err := w.addSigning(ctx, v, &view); err != nil {
			return view, err
		}
	}
	w.addTalk(ctx, v, &view)
	w.addLivelihood(ctx, v, &view)
	w.chooseNext(v, &view)
	return view, nil
}

// timeline sorts what happened in a case by its stages.
func (w *site) timeline(ctx context.Context, v viewer, p deliberation.Proceeding) ([]pages.StageView, error) {
	entries, err := w.Processes.Entries(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	stages := pages.Timeline(p, entries)
	titles, ballots := w.titles(ctx, v, p), w.ballots(ctx, v, p)
	for i := range stages {
		stages[i].Titles, stages[i].Ballots = titles, ballots
	}
	return stages, nil
}

// chooseNext picks the one next thing to do: what a task of mine asks for, else
// the first open act that is a step.
func (w *site) chooseNext(v viewer, view *pages.ProcessView) {
	acts := w.allowedActs(v, view.P)
	acts = slices.DeleteFunc(acts, func(a deliberation.OpenAct) bool {
		return a.Kind == deliberation.StartDemanded || a.Kind == deliberation.ForwardMatter || a.Kind == deliberation.StartHearing || a.Kind == deliberation.SettleItem
	}) // have cards of their own
	// Taking the whole matter back is nobody's first thought.
	slices.SortStableFunc(acts, func(a, b deliberation.OpenAct) int { return cmp.Compare(takesBack(a), takesBack(b)) })
	next := slices.IndexFunc(acts, func(a deliberation.OpenAct) bool {
		return a.Kind == deliberation.PutMotion && len(view.P.Status.Agenda) == 0 // an empty agenda cannot be settled
	})
	if next < 0 {
		next = w.asked(v, view, acts)
	}
	if next < 0 {
		next = slices.IndexFunc(acts, func(a deliberation.OpenAct) bool { return !slices.Contains(alwaysOpen, a.Kind) })
	}
	for i := range acts {
		if i == next {
			view.Next = &acts[i]
		} else {
			view.Others = append(view.Others, acts[i])
		}
	}
}

func takesBack(a deliberation.OpenAct) int {
	if a.Kind == deliberation.Withdraw || a.Kind == deliberation.WithdrawDemand {
		return 1
	}
	return 0
}

// besides is above zero for an act that is no step: the next step stands first.
func besides(a deliberation.OpenAct) int {
	if slices.Contains(alwaysOpen, a.Kind) {
		return 1
	}
	return 0
}

// asked gives the index of the first act that a task of mine asks for, below zero
// where none does.
func (w *site) asked(v viewer, view *pages.ProcessView, acts []deliberation.OpenAct) int {
	return slices.IndexFunc(acts, func(a deliberation.OpenAct) bool {
		for i, t := range view.P.Tasks {
			if t.State == deliberation.TaskOpen && t.Act == a.Kind && (t.Subject == "" || t.Subject == a.Subject) && mine(inElection(v, view.P.Process), t) {
				view.NextTask = &view.P.Tasks[i]
				return true
			}
		}
		return false
	})
}

// names gives the names of people; empty and repeated ids cost nothing.
func (w *site) names(ctx context.Context, ids []deliberation.PersonID) (pages.Names, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id deliberation.PersonID) bool { return id == "" })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return pages.Names{}, nil
	}
	return w.People.Names(ctx, ids)
}

// peopleOf gives all people whom the page of a case names.
func peopleOf(p deliberation.Proceeding) []deliberation.PersonID {
	ids := []deliberation.PersonID{p.StartedBy}
	for _, m := range p.Meetings {
		ids = append(ids, m.Chair, m.Recorder, m.SignedBy)
	}
	for _, m := range p.Marks {
		ids = append(ids, m.By)
	}
	return ids
}

// postOpinion takes an opinion to a matter.
func (w *site) postOpinion(c echo.Context) error {
	ctx, v, id := c.Request().Context(), w.viewer(c), c.Param("process")
	_, err := w.addOpinion(ctx, v, deliberation.ProcessID(id), deliberation.Channel(c.FormValue("channel")), c.FormValue("text"), c.FormValue("key"))
	if err == nil {
		return after(c, "/processes/"+id, "done_opinion")
	}
	view, viewErr := w.processView(c)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	view.Opinion, view.Key = c.FormValue("text"), retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.Process(view))
}

// postAnswer answers an opinion.
func (w *site) postAnswer(c echo.Context) error {
	ctx, v, id, opinion := c.Request().Context(), w.viewer(c), c.Param("process"), c.Param("opinion")
	disposition, text := c.FormValue("disposition-"+opinion), c.FormValue("answer-"+opinion)
	if err := w.answerOpinion(ctx, v, deliberation.ProcessID(id), opinion, disposition, text); err != nil {
		view, viewErr := w.processView(c)
		if viewErr != nil {
			return viewErr
		}
		var status int
		status, view.Problem = w.refused(err, view.Page, v.Lang)
		for i := range view.Problem.Fields { // the fields of one form among many
			view.Problem.Fields[i].Field = map[string]string{"text": "answer-", "disposition": "disposition-"}[view.Problem.Fields[i].Field] + opinion
		}
		view.Answering = pages.Answering{Opinion: opinion, Disposition: disposition, Text: text}
		return w.render(c, status, pages.Process(view))
	}
	return after(c, "/processes/"+id, "done_answered")
}
