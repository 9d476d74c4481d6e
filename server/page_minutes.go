package server

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// minutesDraft writes the minutes of the last meeting as far as what is registered
// goes, for the recorder to complete and correct. It is empty where there is no roll.
func (w *site) minutesDraft(ctx context.Context, v viewer, p deliberation.Proceeding) (string, error) {
	if len(p.Meetings) == 0 {
		return "", nil
	}
	here, err := w.hall(ctx, v, p.Meetings[len(p.Meetings)-1].ID)
	if err != nil || len(here.roll) == 0 {
		return "", err
	}
	m := here.meeting
	ids := []deliberation.PersonID{m.Chair, v.Person.ID}
	for _, s := range here.speeches {
		ids = append(ids, s.Person)
	}
	names, err := w.names(ctx, ids)
	if err != nil {
		return "", err
	}
	f := deliberation.MinutesFacts{
		Title: p.Matter.Title, Body: m.Body, Starts: m.Starts, Ends: lastMoment(here), Place: placeIn(w.text(ctx, v, p.ID, m.Notice.ID)),
		Chair: names.Of(m.Chair), Recorder: v.Person.Name, Due: len(here.roll), Quorum: m.Quorum, Observers: here.observers,
	}
	for _, l := range here.roll {
		switch {
		case l.CheckedIn.IsZero():
			f.Absent = append(f.Absent, l.Person.Name)
			continue
		case !l.Left.IsZero():
			f.Left = append(f.Left, deliberation.MinutesLeft{Name: l.Person.Name, At: l.Left})
		}
		f.Present++
	}
	items := m.Agenda
	if len(items) == 0 { // the matter itself, amended where there is another draft
		items = []deliberation.Motion{{Paper: m.Draft}}
	}
	for _, o := range items {
		f.Items = append(f.Items, w.minutesItem(ctx, v, here, o, names))
	}
	text := f.Draft(v.Lang)
	if runes := []rune(text); len(runes) > deliberation.MaxText { // the list of who signed in has the names
		text = string(runes[:deliberation.MaxText])
	}
	return text, nil
}

func (w *site) minutesItem(ctx context.Context, v viewer, here sitting, o deliberation.Motion, names pages.Names) deliberation.MinutesItem {
	p := here.proceeding
	title := pages.FirstLine(w.text(ctx, v, p.ID, o.Paper.ID))
	item := deliberation.MinutesItem{Title: title}
	if o.ID == "" {
		item.Title = p.Matter.Title
	}
	if o.Paper.Kind == deliberation.PaperDraft {
		item.Amendments = []string{title}
	}
	for _, s := range here.speeches {
		if s.Motion == o.ID && !s.Called.IsZero() {
			item.Speeches = append(item.Speeches, deliberation.MinutesSpeech{Name: names.Of(s.Person), Took: s.Took})
		}
	}
	for _, q := range p.Polls {
		if q.Meeting == here.meeting.ID {
			item.Votes = append(item.Votes, votesOn(q, o.ID)...)
		}
	}
	return item
}

// votesOn gives what a poll said to a motion: its own, or one of several on a ballot.
func votesOn(q deliberation.Poll, motion string) []deliberation.MinutesVote {
	vote := deliberation.MinutesVote{Voting: deliberation.RecordedVoting, Voided: q.State == deliberation.PollVoided}
	switch {
	case q.Secret:
		vote.Voting = deliberation.SecretVoting
	case q.Hands:
		vote.Voting = deliberation.HandsVoting
	}
	if q.Motion == motion && len(q.Verdicts) == 0 {
		vote.Tally, vote.Verdict = q.Tally, q.Passing
		return []deliberation.MinutesVote{vote}
	}
	i := slices.IndexFunc(q.Verdicts, func(x deliberation.MotionVerdict) bool { return x.Motion == motion })
	if i < 0 {
		return nil
	}
	vote.Verdict = &q.Verdicts[i].Verdict
	vote.Tally = vote.Verdict.Tally
	return []deliberation.MinutesVote{vote}
}

// lastMoment is when the last vote closed or the last speech ended, zero where
// neither has: the recorder knows better when the meeting ended.
func lastMoment(here sitting) (last time.Time) {
	for _, s := range here.speeches {
		if s.Ended.After(last) {
			last = s.Ended
		}
	}
	for _, q := range here.proceeding.Polls {
		if q.Meeting == here.meeting.ID && q.Closed.After(last) {
			last = q.Closed
		}
	}
	return last
}

// placeIn reads the place of a meeting from its notice, which is written with it.
func placeIn(notice string) string {
	for line := range strings.Lines(notice) {
		for _, label := range []string{"地点:", "地点："} {
			if place, found := strings.CutPrefix(strings.TrimSpace(line), label); found {
				return place
			}
		}
	}
	return ""
}
