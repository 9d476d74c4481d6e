package server

import (
	"github.com/yishi-project/yishi/deliberation"
)

// plan gives the earliest lawful calendar of a matter that would start today.
func (w *site) plan(pack deliberation.Pack, m deliberation.Matter) ([]deliberation.PlanStep, error) {
	rules, err := deliberation.FourDeliberations(pack)
	if err != nil {
		return nil, err
	}
	return deliberation.Planner{Rules: rules, Calendar: w.Law.Calendar()}.FourDeliberations(w.Server.today(), m.Form)
}
