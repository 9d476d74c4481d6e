package server

import (
	"github.com/yishi-project/yishi/deliberation"
)

// plan gives the earliest lawful calendar of a matter that would start today.
func (w *site) plan(c deliberation.Community, pack deliberation.Pack, m deliberation.Matter) ([]deliberation.PlanStep, error) {
	rules, err := deliberation.FourDeliberationsOn(pack, m)
	if err != nil {
		return nil, err
	}
	return deliberation.Planner{Rules: rules, Calendar: w.Law.Calendar(),
		DaysOn: func(key string, on deliberation.Date) (deliberation.DaysRule, error) {
			return w.Law.DaysOn(c.Kind, c.Place, key, on)
		},
	}.FourDeliberations(w.Server.today(), m.Form)
}
