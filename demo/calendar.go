package demo

import (
	"context"
	"fmt"
	"slices"

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
func (p *Play) byItself(ctx context.Context, wanted func(begun) bool) (b begun, err error) {
	err = p.keepLooking(ctx, func(ctx context.Context) (bool, error) {
		var list struct {
			Processes []begun `json:"processes"`
		}
		err := p.as(p.Cast.Secretary).get(ctx, "/processes", &list)
		i := slices.IndexFunc(list.Processes, wanted)
		if err != nil || i < 0 {
			return false, err
		}
		if b = list.Processes[i]; b.StartedBy != "" {
			return false, fmt.Errorf("%s was begun by %s", b.ID, b.StartedBy)
		}
		return true, nil
	})
	return b, err
}
