package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// motionLines gives the motions of an agenda with their titles.
func (w *site) motionLines(ctx context.Context, v viewer, process deliberation.ProcessID, agenda []deliberation.Motion) []pages.MotionLine {
	lines := make([]pages.MotionLine, len(agenda))
	for i, m := range agenda {
		lines[i] = pages.MotionLine{Motion: m, Title: pages.FirstLine(w.text(ctx, v, process, m.Paper.ID))}
	}
	return lines
}

// titles gives the titles of the motions that were ever put to a vote of the
// conference, by the paper that states them.
func (w *site) titles(ctx context.Context, v viewer, p deliberation.Proceeding) map[deliberation.PaperID]string {
	list := map[deliberation.PaperID]string{}
	for _, m := range p.Status.Agenda {
		list[m.Paper.ID] = pages.FirstLine(w.text(ctx, v, p.ID, m.Paper.ID))
	}
	for _, q := range p.Polls { // amended texts are papers of their own
		if q.Motion != "" && list[q.Text.ID] == "" {
			list[q.Text.ID] = pages.FirstLine(w.text(ctx, v, p.ID, q.Text.ID))
		}
	}
	return list
}

// nextMotion gives the motion that comes to the vote next, or is at it now.
func nextMotion(agenda []deliberation.Motion) (deliberation.Motion, bool) {
	i := slices.IndexFunc(agenda, func(m deliberation.Motion) bool { return m.Met == nil && !m.SentUp })
	if i < 0 {
		return deliberation.Motion{}, false
	}
	return agenda[i], true
}

// motionSubjects are the motions that an act on one of them may choose from.
func motionSubjects(p deliberation.Proceeding, kind deliberation.ActKind) (ids []string) {
	if kind != deliberation.DropMotion {
		return nil
	}
	for _, m := range p.Status.Agenda {
		ids = append(ids, m.ID)
	}
	return ids
}
