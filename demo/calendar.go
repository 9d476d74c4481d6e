package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// begun is what the API says of a process in the list.
type begun struct {
	ID        deliberation.ProcessID `json:"id"`
	Kind      string                 `json:"kind"`
	StartedBy deliberation.PersonID  `json:"started_by"`
	Matter    deliberation.Matter    `json:"matter"`
}

// FallDue plays 按期自动发起: nobody begins anything. Once the month of the yearly
// report has come the report is there, and once a whole month is over its accounts are
// there to be filled in. Whoever begins the same accounts again is told that it is done. It gives the
// disclosure.
func (p *Play) FallDue(ctx context.Context) (Finished, error) {
	var done Finished
	if err := p.everybodyIn(ctx); err != nil {
		return done, err
	}
	p.stage("按期自动发起")
	report, err := p.byItself(ctx, func(b begun) bool { return b.Kind == deliberation.DutyReportKind })
	if err != nil {
		return done, err
	}
	p.say("  %s（没有发起人，到期自动发起）", report.Matter.Title)
	accounts, err := p.byItself(ctx, func(b begun) bool {
		return b.Kind == deliberation.DisclosureKind && b.Matter.Item == deliberation.AccountsItem
	})
	if err != nil {
		return done, err
	}
	p.say("  %s（没有发起人，到期自动发起）", accounts.Matter.Title)
	body := map[string]any{"item": deliberation.AccountsItem, "period": accounts.Matter.Period}
	if err := p.declined("再发起同一期间的公开", "twice", p.as(p.Cast.Clerk).post(ctx, "/disclosures", body, nil)); err != nil {
		return done, err
	}
	p.process = accounts.ID
	if _, err := p.accounts(ctx, 100_000_00); err != nil {
		return done, err
	}
	done.Process = accounts.ID
	if err := p.archived(ctx); err != nil {
		return done, err
	}
	return done, p.as(p.Cast.Secretary).get(ctx, "/processes/"+string(done.Process)+"/dossier", &done.Dossier)
}

// byItself waits until there is such a process that nobody began.
func (p *Play) byItself(ctx context.Context, wanted func(begun) bool) (begun, error) {
	ctx, cancel := context.WithTimeout(ctx, patience*p.Day+30*time.Second)
	defer cancel()
	look := time.NewTicker(max(p.Day/4, 10*time.Millisecond))
	defer look.Stop()
	for {
		var list struct {
			Processes []begun `json:"processes"`
		}
		if err := p.as(p.Cast.Secretary).get(ctx, "/processes", &list); err != nil {
			return begun{}, err
		}
		if i := slices.IndexFunc(list.Processes, wanted); i >= 0 {
			if by := list.Processes[i].StartedBy; by != "" {
				return begun{}, fmt.Errorf("%s was begun by %s", list.Processes[i].ID, by)
			}
			return list.Processes[i], nil
		}
		select {
		case <-ctx.Done():
			return begun{}, fmt.Errorf("nothing began by itself until %s", p.Clock())
		case <-look.C:
		}
	}
}
