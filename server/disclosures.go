package server

import (
	"context"
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// disclosureDuties says how a community stands to each item of 公开目录, by the law of
// the day. Nobody keeps it: it is computed when it is read.
func (s *Server) disclosureDuties(ctx context.Context, c deliberation.Community) ([]deliberation.DisclosureDuty, error) {
	today := s.today()
	pack, err := s.Law.PackFor(c.Kind, c.Place, today, "")
	if err != nil {
		return nil, err
	}
	catalogue, err := deliberation.CatalogueOf(pack)
	if err != nil || len(catalogue) == 0 {
		return nil, err
	}
	r, err := s.Disclosures.Disclosures(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if r.Known.IsZero() || r.Known.After(today) { // a demonstration's calendar may lie behind the machine's
		r.Known = today
	}
	return deliberation.DisclosureDuties(catalogue, s.Law.Calendar(), r, today), nil
}

// disclosureInput is what begins a disclosure. What has a period is named after it.
type disclosureInput struct {
	Item           deliberation.ItemCode
	Period         deliberation.Period
	Title, Summary string
}

// startDisclosure begins the disclosure of an item for a period, or of what happened
// on a day.
func (s *Server) startDisclosure(ctx context.Context, v viewer, key string, in disclosureInput) (deliberation.ProcessID, error) {
	if err := permit(toDisclose, v, true); err != nil {
		return "", err
	}
	pack, err := s.Law.PackFor(v.Community.Kind, v.Community.Place, s.today(), "")
	if err != nil {
		return "", err
	}
	rules, err := deliberation.DisclosureOf(pack, in.Item)
	if err != nil {
		return "", err
	}
	m := deliberation.DisclosureMatter(v.Community.Kind, in.Item, in.Period)
	if title := strings.TrimSpace(in.Title); rules.Item.AtOnce() && (title != "" || in.Item == deliberation.MajorItem) {
		m.Title = title
	}
	if summary := strings.TrimSpace(in.Summary); summary != "" {
		m.Summary = summary
	}
	if err := deliberation.CheckDisclosure(pack, m); err != nil {
		return "", err
	}
	if err := deliberation.CheckDisclosureDay(m, s.today()); err != nil {
		return "", err
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.DisclosureKind, Matter: m})
}

// openDisclosure gives a disclosure with its item; another kind of process is not found.
func (s *Server) openDisclosure(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, deliberation.DisclosureItem, error) {
	p, err := s.proceedingOf(ctx, v, id, deliberation.DisclosureKind)
	if err != nil {
		return p, deliberation.DisclosureItem{}, err
	}
	item, err := s.itemOf(p.Process)
	return p, item, err
}

// itemOf gives the item of a disclosure by the rules it began under.
func (s *Server) itemOf(p deliberation.Process) (deliberation.DisclosureItem, error) {
	pack, err := s.Law.Pinned(p.Pack)
	if err != nil {
		return deliberation.DisclosureItem{}, err
	}
	rules, err := deliberation.DisclosureOf(pack, p.Matter.Item)
	return rules.Item, err
}

// addsUp refuses the draft of a table of accounts that does not add up or is not
// carried over; any other draft is a text.
func (s *Server) addsUp(ctx context.Context, p deliberation.Proceeding, text string) error {
	item, err := s.itemOf(p.Process)
	if err != nil || !item.Table {
		return err
	}
	table, err := deliberation.ParseAccounts(text)
	if err != nil {
		return err
	}
	before, _, err := s.Disclosures.AccountsBefore(ctx, p.ID)
	if err != nil {
		return err
	}
	return table.Check(before)
}

// accountsIn reads the table of accounts in a text, nil where there is none.
func accountsIn(p deliberation.Process, text string) *deliberation.Accounts {
	if p.Kind != deliberation.DisclosureKind {
		return nil
	}
	table, err := deliberation.ParseAccounts(text)
	if err != nil {
		return nil
	}
	return &table
}

// mayDraft reports whether the viewer may hand in the text or table now.
func (s *Server) mayDraft(v viewer, p deliberation.Proceeding) bool {
	return slices.ContainsFunc(s.allowedActs(v, p), func(a deliberation.OpenAct) bool { return a.Kind == deliberation.DraftDisclosure })
}

// draftedThemself reports whether somebody would check what they drafted.
func draftedThemself(p deliberation.Proceeding, v viewer, kind deliberation.ActKind) bool {
	spec, _ := deliberation.SpecOf(kind)
	d := p.Status.Disclosure
	return d != nil && spec.Supervisory && kind != deliberation.ReportRemoved && d.Drafter != "" && d.Drafter == v.Person.ID
}

// accountProblems are the words of what can be wrong with a table of accounts.
var accountProblems = map[string]words{
	deliberation.ProblemUnbalanced:  {"期初加收入减支出不等于期末", "does not add up"},
	deliberation.ProblemSum:         {"合计与各行之和不符", "the sum is not that of the lines"},
	deliberation.ProblemNotCarried:  {"期初余额与上期期末余额不符", "does not open with what the last period closed with"},
	deliberation.ProblemLineMissing: {"上期这一行有余额，本期没有列入", "is a line of the last period with a balance, and is missing"},
	deliberation.ProblemTwice:       {"项目重复", "stands there twice"},
	deliberation.ProblemNotAnAmount: {"不是金额", "is no amount"},
	deliberation.ProblemNotATable:   {"不是收支表的一行", "is no line of a table of accounts"},
	deliberation.ProblemFormula:     {"含有公式", "holds a formula"},
	deliberation.ProblemHiddenRow:   {"是隐藏的行", "is a hidden row"},
	deliberation.ProblemNoName:      {"没有项目名称", "has no name"},
}
