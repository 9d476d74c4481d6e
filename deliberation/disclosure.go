package deliberation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ItemCode names 公开项目 of the catalogue: what follows disclosureItems in a pack.
type ItemCode string

// The items that something else asks for by name.
const (
	// AccountsItem is 财务收支.
	AccountsItem ItemCode = "accounts"
	// MajorItem is 涉及居(村)民利益的重大事项.
	MajorItem ItemCode = "major"
	// TermAuditItem is 任期经济责任审计结果.
	TermAuditItem ItemCode = "term_audit"
	// LeavingAuditItem is 离任经济责任审计结果, posted before the next election.
	LeavingAuditItem ItemCode = "leaving_office_audit"
)

// AuditItems are the items that an election looks for.
var AuditItems = []ItemCode{TermAuditItem, LeavingAuditItem}

// disclosureItems begins the keys of the items; the value of each is its cadence.
const disclosureItems = "disclosure.item."

// Cadence is how often an item is disclosed 公开周期.
type Cadence string

const (
	// CadenceFinance is by the period of accounts, disclosure.finance_months.
	CadenceFinance Cadence = "finance"
	// CadenceGeneral is by the period of general matters, disclosure.general_months.
	CadenceGeneral Cadence = "general"
	// CadenceMajor is at once, within disclosure.major_days of what happened.
	CadenceMajor Cadence = "major"
)

// DisclosureItem is one line of 公开目录.
type DisclosureItem struct {
	Code    ItemCode `json:"code"`
	Cadence Cadence  `json:"cadence"`
	// Months is how many months a period has, nought for what is disclosed at once.
	Months int `json:"months,omitempty"`
	// Table: it is disclosed as a table of accounts.
	Table bool `json:"table,omitempty"`
	// Due is within how many days of the end of the period, or of what happened.
	Due DaysRule `json:"due"`
	// Basis says what must be disclosed, Often how often.
	Basis Basis `json:"basis"`
	Often Basis `json:"often"`
	// From is the day the rule takes effect: no period before it is owed.
	From Date `json:"from"`
}

// AtOnce reports whether the item has no period.
func (i DisclosureItem) AtOnce() bool { return i.Months == 0 }

// CatalogueOf reads 公开目录 from a pack: what a period has first, then what is
// disclosed at once, each in the order of their codes. A pack without a catalogue
// gives none.
func CatalogueOf(p Pack) ([]DisclosureItem, error) {
	if !p.Has("disclosure.tables") {
		return nil, nil
	}
	r := packReader{pack: p}
	tables := r.list("disclosure.tables").List
	general, finance := r.count("disclosure.general_months"), r.count("disclosure.finance_months")
	major, after := r.days("disclosure.major_days"), r.days("disclosure.due_days")
	var list []DisclosureItem
	for _, key := range p.Keys() {
		code, found := strings.CutPrefix(key, disclosureItems)
		if !found {
			continue
		}
		q, err := p.get(key, CodeKind)
		r.keep(err)
		item := DisclosureItem{Code: ItemCode(code), Cadence: Cadence(q.Code), Table: slices.Contains(tables, code), Basis: q.Basis, From: q.Effective}
		switch item.Cadence {
		case CadenceFinance:
			item.Months, item.Often, item.Due = finance.Count, finance.Basis, after
		case CadenceGeneral:
			item.Months, item.Often, item.Due = general.Count, general.Basis, after
		case CadenceMajor:
			item.Often, item.Due = major.Basis, major
		default:
			r.keep(fmt.Errorf("rule pack %s: %s names no cadence: %q", p.ID, key, q.Code))
		}
		list = append(list, item)
	}
	slices.SortStableFunc(list, func(a, b DisclosureItem) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Code, b.Code))
	})
	return list, r.err
}

// rank puts accounts first, then what comes oftener, and what has no period last.
func rank(i DisclosureItem) int {
	switch {
	case i.Table:
		return 0
	case i.AtOnce():
		return 1000
	}
	return i.Months
}

// DisclosureRules is all that a disclosure asks of a rule pack.
type DisclosureRules struct {
	Pack PackRef        `json:"pack"`
	Item DisclosureItem `json:"item"`
	// BoardDays is how long it hangs at least, a continuing duty.
	BoardDays     DaysRule `json:"board_days"`
	ObjectionDays DaysRule `json:"objection_days"`
	AnswerDays    DaysRule `json:"answer_days"`
	// RulingDays is how long the street or township has where an answer does not settle it.
	RulingDays DaysRule `json:"ruling_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// DisclosureOf makes, from a pack, all that the disclosure of an item asks of it. A
// pack without the item knows no such disclosure (RefuseFormNotInPack).
func DisclosureOf(p Pack, code ItemCode) (DisclosureRules, error) {
	all, err := CatalogueOf(p)
	if err != nil {
		return DisclosureRules{}, err
	}
	i := slices.IndexFunc(all, func(item DisclosureItem) bool { return item.Code == code })
	if i < 0 {
		return DisclosureRules{}, Refuse(RefuseFormNotInPack)
	}
	r := packReader{pack: p}
	return DisclosureRules{
		Pack: p.Ref(), Item: all[i], BoardDays: r.days("disclosure.board_days"), ObjectionDays: r.days("disclosure.objection_days"),
		AnswerDays: r.days("disclosure.answer_days"), RulingDays: r.days("disclosure.ruling_days"),
		AcknowledgeDays: r.days("supervision.ack_days"), RectifyDays: r.days("supervision.rectify_days"), QuestionDays: r.days("supervision.question_days"),
		PrepareDays: r.days("task.prepare_days"), RemindDays: r.days("task.remind_days"),
	}, r.err
}

// CheckDisclosure says whether the disclosure of an item and its period may be begun
// under the pack: the item stands in the catalogue, and the period is one of its own.
func CheckDisclosure(p Pack, m Matter) error {
	if problems := matterProblems(m, []string{string(OriginCommittee), string(OriginCalendar)}, []Body{JointCommittees}); len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	rules, err := DisclosureOf(p, m.Item)
	if err != nil {
		return err
	}
	if !m.Period.Fits(rules.Item) {
		return &Refusal{Code: RefuseInvalid, Basis: &rules.Item.Often, Fields: []FieldProblem{{Field: "period", Problem: "not_a_choice"}}}
	}
	return nil
}

// CheckDisclosureDay refuses a disclosure before its period is over, or of what has
// not happened yet (RefuseTooEarly): what is disclosed is what was.
func CheckDisclosureDay(m Matter, on Date) error {
	_, last, err := m.Period.Bounds()
	if err != nil || last.Before(on) || strings.Count(string(m.Period), "-") == 2 && last == on {
		return err
	}
	return &Refusal{Code: RefuseTooEarly, Earliest: last.AddDays(1).Start()}
}

// Period is 公开期间. Whole months are written "2026-03" or "2026-01_2026-03"; what is
// disclosed at once has the day of what happened, "2026-03-05".
type Period string

// PeriodOf gives the period of so many months in which the day lies: periods are
// counted from January.
func PeriodOf(on Date, months int) Period {
	first := (int(on.Month)-1)/months*months + 1
	if months == 1 {
		return Period(fmt.Sprintf("%04d-%02d", on.Year, first))
	}
	return Period(fmt.Sprintf("%04d-%02d_%04d-%02d", on.Year, first, on.Year, min(first+months-1, 12)))
}

// Bounds gives the first and the last day of the period.
func (p Period) Bounds() (first, last Date, err error) {
	if from, until, whole := strings.Cut(string(p), "_"); whole {
		a, err := ParseDate(from + "-01")
		if err != nil {
			return first, last, err
		}
		b, err := ParseDate(until + "-01")
		if err == nil && b.Before(a) {
			err = fmt.Errorf("the period %q ends before it begins", string(p))
		}
		return a, b.AddMonths(1).AddDays(-1), err
	}
	if len(p) == len("2006-01") {
		a, err := ParseDate(string(p) + "-01")
		return a, a.AddMonths(1).AddDays(-1), err
	}
	day, err := ParseDate(string(p))
	return day, day, err
}

// Fits reports whether the period is one that the item has.
func (p Period) Fits(i DisclosureItem) bool {
	first, _, err := p.Bounds()
	if err != nil || first.Year < 2000 {
		return false
	}
	if i.AtOnce() {
		return p == Period(first.String())
	}
	return p == PeriodOf(first, i.Months)
}

// Words names the period.
func (p Period) Words(lang string) string {
	first, last, err := p.Bounds()
	switch {
	case err != nil:
		return string(p)
	case first == last:
		return first.Words(lang)
	case first.Month == last.Month:
		return pick(lang, fmt.Sprintf("%d年%d月", first.Year, int(first.Month)), first.Start().Format("January 2006"))
	case int(last.Month)-int(first.Month) == 2 && int(last.Month)%3 == 0:
		quarter := int(last.Month) / 3
		return pick(lang, fmt.Sprintf("%d年第%s季度", first.Year, numberZH(quarter)), fmt.Sprintf("quarter %d of %d", quarter, first.Year))
	}
	return pick(lang, fmt.Sprintf("%d年%d月至%d月", first.Year, int(first.Month), int(last.Month)), first.Start().Format("January")+" to "+last.Start().Format("January 2006"))
}

// DueBy is the last day on which a disclosure is in time: a limit that ends on a
// rest day moves to the next working day.
func (i DisclosureItem) DueBy(c Calendar, p Period) Date {
	_, last, err := p.Bounds()
	if err != nil {
		return Date{}
	}
	return c.Deadline(last, i.Due.Days).Date
}

// DisclosureStages lists the stages of a disclosure in order.
var DisclosureStages = []Stage{DisclosureDraft, DisclosureCheck, DisclosureConfirm, Disclosing, Archive}

// NextOfDisclosure gives the stage that follows, and false where the disclosure
// ends. A draft that the joint meeting sends back, and one that the street or
// township found wrong after it was posted, is drafted anew.
func NextOfDisclosure(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled:
		return Archive, false
	case s == Disclosing && o == Amended: // the corrected text is handed in already
		return DisclosureCheck, true
	case o == Amended || o == Contested:
		return DisclosureDraft, true
	case s == DisclosureDraft:
		return DisclosureCheck, true
	case s == DisclosureCheck:
		return DisclosureConfirm, true
	case s == DisclosureConfirm:
		return Disclosing, true
	}
	return Archive, false
}

// DisclosureStatus is where a disclosure stands.
type DisclosureStatus struct {
	Item   ItemCode `json:"item"`
	Period Period   `json:"period"`
	Due    Date     `json:"due"`
	// Draft is the text or table as it was handed in last, Drafter by whom.
	Draft   PaperRef `json:"draft,omitzero"`
	Drafter PersonID `json:"drafter,omitempty"`
	// Sum is that of a table of accounts.
	Sum *AccountsSum `json:"sum,omitempty"`
	// Confirmed is the day of the joint meeting that confirmed it.
	Confirmed Date `json:"confirmed,omitzero"`
	// Posted is the day it was first posted, Until the last day of the display that
	// runs, zero where none does.
	Posted Date `json:"posted,omitzero"`
	Until  Date `json:"until,omitzero"`
}

// DisclosureDraftData says that a draft was handed in. Sum is that of its table,
// Before that of the period it is carried over from, as it was posted.
type DisclosureDraftData struct {
	Paper      PaperRef     `json:"paper"`
	Sum        *AccountsSum `json:"sum,omitempty"`
	Before     *AccountsSum `json:"before,omitempty"`
	BeforeFrom ProcessID    `json:"before_from,omitempty"`
}

// DisclosureConfirmData says what the joint meeting of a day made of the draft.
type DisclosureConfirmData struct {
	On       Date     `json:"on"`
	Draft    PaperRef `json:"draft"`
	Paper    PaperRef `json:"paper"`
	Accepted bool     `json:"accepted"`
}

// AccountsCheck is what the record says of a table that was handed in: its sum, that
// of the period it is carried over from, and what is wrong with it.
type AccountsCheck struct {
	Sum        AccountsSum    `json:"sum"`
	Before     *AccountsSum   `json:"before,omitempty"`
	BeforeFrom ProcessID      `json:"before_from,omitempty"`
	Wrong      []FieldProblem `json:"wrong,omitempty"`
}

// DisclosureLine is a disclosure as the record of a community keeps it.
type DisclosureLine struct {
	Process ProcessID
	Item    ItemCode
	Period  Period
	Title   string
	Due     Date
	Posted  Date
	Until   Date
	State   State
	Outcome Outcome
}

// DisclosureRecord is what a community disclosed, as far as Yishi knows.
type DisclosureRecord struct {
	// Known is the day of the first record of the community: no earlier period is owed.
	Known Date
	Lines []DisclosureLine
}

// DisclosureState is how an item stands for a period.
type DisclosureState string

// The states of an item.
const (
	DisclosurePosted    DisclosureState = "posted"    // 已公布
	DisclosurePreparing DisclosureState = "preparing" // 正在准备
	DisclosureOverdue   DisclosureState = "overdue"   // 逾期未公布
	DisclosureOpen      DisclosureState = "open"      // 期满，尚未办理，未逾期
	DisclosureRunning   DisclosureState = "running"   // 本期未满
	DisclosureNothing   DisclosureState = "nothing"   // 没有发生
)

// DisclosureDuty is how a community stands to one item of the catalogue.
type DisclosureDuty struct {
	Item   DisclosureItem
	Period Period
	Due    Date
	State  DisclosureState
	// Late is by how many days it was, or is, late.
	Late int
	// Line is the disclosure, zero where none was begun.
	Line DisclosureLine
}

// owedPeriods bounds how far back what is owed is looked for.
const owedPeriods = 36

// DisclosureDuties says for each item how it stands on the day, the law of the day
// being what the catalogue says: every period that is overdue, and the last one that
// is over. A period that had begun before the community was first recorded, or
// before the rule took effect, is not owed.
func DisclosureDuties(catalogue []DisclosureItem, c Calendar, r DisclosureRecord, on Date) []DisclosureDuty {
	var list []DisclosureDuty
	for _, item := range catalogue {
		if item.AtOnce() {
			list = append(list, atOnce(item, c, r, on)...)
			continue
		}
		list = append(list, periodic(item, c, r, on)...)
	}
	return list
}

func periodic(item DisclosureItem, c Calendar, r DisclosureRecord, on Date) []DisclosureDuty {
	var list []DisclosureDuty
	running := PeriodOf(on, item.Months)
	first, _, _ := running.Bounds()
	since := latest(item.From, r.Known)
	for n := 1; n <= owedPeriods; n++ {
		begins := first.AddMonths(-n * item.Months)
		line, begun := r.find(item.Code, PeriodOf(begins, item.Months))
		if begins.Before(since) && !begun {
			break
		}
		d := dutyOf(item, c, PeriodOf(begins, item.Months), line, on)
		if n == 1 || d.State == DisclosureOverdue {
			list = append(list, d)
		}
	}
	if len(list) == 0 {
		list = append(list, DisclosureDuty{Item: item, Period: running, Due: item.DueBy(c, running), State: DisclosureRunning})
	}
	return list
}

// atOnce gives what is overdue or being prepared, and the last that was posted.
func atOnce(item DisclosureItem, c Calendar, r DisclosureRecord, on Date) []DisclosureDuty {
	var list []DisclosureDuty
	var last DisclosureLine
	for _, l := range r.Lines {
		switch {
		case l.Item != item.Code || l.undone():
		case l.Posted.IsZero():
			list = append(list, dutyOf(item, c, l.Period, l, on))
		case last.Process == "" || last.Posted.Before(l.Posted):
			last = l
		}
	}
	if last.Process != "" {
		list = append(list, dutyOf(item, c, last.Period, last, on))
	}
	if len(list) == 0 {
		list = append(list, DisclosureDuty{Item: item, State: DisclosureNothing})
	}
	return list
}

// undone reports whether a disclosure ended without having been posted.
func (l DisclosureLine) undone() bool {
	return l.State == Ended && l.Outcome != Carried
}

func (r DisclosureRecord) find(item ItemCode, p Period) (DisclosureLine, bool) {
	for _, l := range r.Lines {
		if l.Item == item && l.Period == p && !l.undone() {
			return l, true
		}
	}
	return DisclosureLine{}, false
}

func dutyOf(item DisclosureItem, c Calendar, p Period, l DisclosureLine, on Date) DisclosureDuty {
	d := DisclosureDuty{Item: item, Period: p, Due: l.Due, Line: l}
	if d.Due.IsZero() {
		d.Due = item.DueBy(c, p)
	}
	switch {
	case !l.Posted.IsZero():
		d.State, d.Late = DisclosurePosted, max(0, l.Posted.Sub(d.Due))
	case d.Due.Before(on):
		d.State, d.Late = DisclosureOverdue, on.Sub(d.Due)
	case l.Process != "":
		d.State = DisclosurePreparing
	default:
		d.State = DisclosureOpen
	}
	return d
}

// OverdueDisclosures gives those that are overdue.
func OverdueDisclosures(list []DisclosureDuty) []DisclosureDuty {
	return slices.DeleteFunc(slices.Clone(list), func(d DisclosureDuty) bool { return d.State != DisclosureOverdue })
}

// Slot is what no two disclosures of a community share: the item's period. What is
// disclosed at once has none, and stands under its own id.
func (m Matter) Slot(id ProcessID) string {
	if first, last, err := m.Period.Bounds(); err != nil || first == last {
		return string(id)
	}
	return string(m.Period)
}

// ConfirmDay refuses a joint meeting that was held before the draft, or lies ahead.
func ConfirmDay(at time.Time, drafted, now Date) error {
	on := DateOf(at)
	if on.Before(drafted) || on.After(now) {
		return &Refusal{Code: RefuseInvalid, Act: ConfirmDisclosure, Fields: []FieldProblem{{Field: "at", Problem: "not_a_date"}}}
	}
	return nil
}
