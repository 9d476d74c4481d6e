package pages

import (
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// DisclosuresView is 公开目录 with how each item stands.
type DisclosuresView struct {
	Page
	Community deliberation.Community
	List      []deliberation.DisclosureDuty
	// Choose are the communities to choose from, where none is known.
	Choose []deliberation.Community
	// MayBegin says that the reader may begin a disclosure; Key is of the first form.
	MayBegin bool
	Key      string
	Problem  *Problem
}

// KeyOf makes a key for each form of the page.
func (v DisclosuresView) KeyOf(i int) string { return v.Key + strconv.Itoa(i) }

// Begins reports whether the item can be begun for the period of the line.
func (v DisclosuresView) Begins(d deliberation.DisclosureDuty) bool {
	return v.MayBegin && !d.Item.AtOnce() && d.Line.Process == "" && (d.State == deliberation.DisclosureOpen || d.State == deliberation.DisclosureOverdue)
}

// AtOnce gives the items that have no period.
func (v DisclosuresView) AtOnce() (list []deliberation.ItemCode) {
	for _, d := range v.List {
		if d.Item.AtOnce() && (len(list) == 0 || list[len(list)-1] != d.Item.Code) {
			list = append(list, d.Item.Code)
		}
	}
	return list
}

// disclosureTone is the look of an item's state.
func disclosureTone(s deliberation.DisclosureState) Tone {
	switch s {
	case deliberation.DisclosureOverdue:
		return Bad
	case deliberation.DisclosureOpen, deliberation.DisclosurePreparing:
		return Wait
	case deliberation.DisclosurePosted:
		return Good
	}
	return Idle
}

// ItemName names an item of the catalogue.
func (p Page) ItemName(i deliberation.ItemCode) string { return p.head(i.Word(p.Lang)) }

// ItemOften says how often an item is disclosed.
func (p Page) ItemOften(i deliberation.DisclosureItem) string {
	if i.AtOnce() {
		return p.S("disclosure_at_once", "N", i.Due.Days)
	}
	return p.S("disclosure_every", "Months", i.Months, "N", i.Due.Days)
}

// Fen writes an amount of a table in yuan.
func (p Page) Fen(fen int64) string {
	if fen < 0 {
		return "-" + p.Yuan(-fen)
	}
	return p.Yuan(fen)
}

// StartDisclosureView is the form that begins the disclosure of what happened.
type StartDisclosureView struct {
	Page
	Item    deliberation.ItemCode
	Form    StartDisclosureForm
	Key     string
	Problem *Problem
}

// StartDisclosureForm is the form as it was typed.
type StartDisclosureForm struct{ Period, Title, Summary string }

// AccountsRow is a line of a table as it was typed.
type AccountsRow struct{ Name, Opening, Income, Spending, Closing string }

// DisclosureView shows a disclosure, and takes its text or table.
type DisclosureView struct {
	Page
	P    deliberation.Process
	Item deliberation.DisclosureItem
	// Text is what was handed in last, Accounts its table.
	Text     string
	Accounts *deliberation.Accounts
	// Before is the table that this one goes on from.
	Before *deliberation.Accounts
	// MayDraft says that the reader may hand in the text or table now. Rows is the table
	// as it was typed, Draft the text.
	MayDraft bool
	Rows     []AccountsRow
	Draft    string
	// Acts are what else the reader may do.
	Acts    []deliberation.OpenAct
	Names   Names
	Key     string
	Problem *Problem
}

// RowError gives what is wrong with a line of the table, counted from nought.
func (v DisclosureView) RowError(i int) string {
	return v.Problem.For(CellName("name", i))
}

// CellName is the name of a field of a line, counted from nought.
func CellName(column string, i int) string { return column + "_" + strconv.Itoa(i+1) }

// disclosureName is the item with its period, or what happened: the public is told of
// that once it is posted.
func disclosureName(p Page, d deliberation.DisclosureDuty) string {
	name := p.ItemName(d.Item.Code)
	switch {
	case d.Line.Title != "" && (p.SignedIn || !d.Line.Posted.IsZero()):
		return d.Line.Title
	case d.Period != "":
		return p.S("disclosure_name", "Item", name, "Period", d.Period.Words(p.Lang))
	}
	return name
}
