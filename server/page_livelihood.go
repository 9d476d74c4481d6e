package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// addLivelihood adds to the page of a livelihood matter how its opinions were merged,
// and how satisfied residents are.
func (w *site) addLivelihood(ctx context.Context, v viewer, view *pages.ProcessView) {
	l := view.P.Status.Livelihood
	if view.P.Kind != deliberation.LivelihoodKind || l == nil {
		return
	}
	shown := pages.LivelihoodView{
		LivelihoodStatus: *l, Merged: w.text(ctx, v, view.P.ID, l.List.ID), Surveyed: w.text(ctx, v, view.P.ID, l.Report.ID),
		MayForward: slices.ContainsFunc(w.allowedActs(v, view.P), func(a deliberation.OpenAct) bool { return a.Kind == deliberation.ForwardMatter }),
	}
	if pack, err := w.Law.Pinned(view.P.Pack); err == nil {
		if rules, err := deliberation.LivelihoodOf(pack); err == nil {
			shown.Rules = &rules
		}
	}
	view.Livelihood = &shown
}
