package deliberation

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The most that the texts of a matter may hold, in runes.
const (
	MaxTitle         = 100
	MaxSummary       = 2000
	MaxAuthorisation = 2000
)

// maxSigners bounds what a joint motion may claim, so that counting it cannot overflow.
const maxSigners = 100_000_000

var (
	categories = []Category{
		CategoryPlan, CategoryWelfare, CategoryEnvironment, CategoryFunds, CategoryRelief, CategorySubsidy,
		CategoryCovenant, CategoryLandContract, CategoryHomestead, CategoryCompensation, CategoryCollectiveGood,
		CategoryElection, CategoryOwners, CategoryAuthorise, CategoryOther,
	}
	affects = []Affected{AffectsAll, AffectsSome, AffectsOther}
	forms   = []Body{Conference, Assembly, HouseholdAssembly}
	// meetings are the bodies that meet in a conference of their own, besides forms.
	meetings = []Body{PartyMeeting, JointCommittees, GroupMeeting, OwnersMeeting}
)

// CheckMatter says whether four deliberations may decide the matter under the
// pack. It refuses, in this order, what is filled in wrongly (RefuseInvalid with
// Fields), what the law gives to another procedure, to the assembly alone, or to
// the conference only when it was authorised (RefuseReserved with its Basis), a
// form of ④ the pack does not know (RefuseFormNotInPack), a merged ① and ② where
// the pack forbids it (RefuseNotMerged), and a joint motion with too few
// signatures (RefuseInvalid with the Basis, Count being how many it needs). A
// pack that lacks a key is another error.
func CheckMatter(p Pack, m Matter) error {
	r := packReader{pack: p}
	allowed := r.list("origin.allowed")
	if r.err != nil {
		return r.err
	}
	if problems := matterProblems(m, allowed.List, forms); len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	for _, check := range []func(Pack, Matter) error{checkForm, checkReserved, checkMerged, checkSigners, checkDelegates} {
		if err := check(p, m); err != nil {
			return err
		}
	}
	return nil
}

// CheckConference says whether a conference of the body may be called for the
// matter under the pack. What it may decide is asked of each motion; see
// ConferenceRules.MayDecide. It refuses as CheckMatter does.
func CheckConference(p Pack, m Matter) error {
	if _, err := ConferenceOf(p, m.Form); err != nil {
		return err
	}
	if slices.Contains(forms, m.Form) {
		return CheckMatter(p, m)
	}
	problems := matterProblems(m, p.Parameters["origin.allowed"].List, meetings)
	if (m.Form == OwnersMeeting) != (m.Estate != "") {
		problems = append(problems, FieldProblem{Field: "estate", Problem: "required"})
	}
	if (m.Form == GroupMeeting) != (m.Group != "") {
		problems = append(problems, FieldProblem{Field: "group", Problem: "required"})
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	return checkSigners(p, m)
}

func matterProblems(m Matter, origins []string, forms []Body) []FieldProblem {
	var all []FieldProblem
	text := func(field, s string, most int, required bool) {
		switch {
		case required && strings.TrimSpace(s) == "":
			all = append(all, FieldProblem{Field: field, Problem: "required"})
		case utf8.RuneCountInString(s) > most:
			all = append(all, FieldProblem{Field: field, Problem: "too_long", Limit: most})
		}
	}
	choice := func(field string, ok bool) {
		if !ok {
			all = append(all, FieldProblem{Field: field, Problem: "not_a_choice"})
		}
	}
	text("title", m.Title, MaxTitle, true)
	text("summary", m.Summary, MaxSummary, true)
	choice("category", slices.Contains(categories, m.Category))
	choice("affected", slices.Contains(affects, m.Affected))
	choice("origin", slices.Contains(origins, string(m.Origin)))
	choice("form", slices.Contains(forms, m.Form))
	text("authorisation", m.Authorisation, MaxAuthorisation, false)
	if m.BudgetFen < 0 {
		all = append(all, FieldProblem{Field: "budget_fen", Problem: "not_a_number"})
	}
	for field, n := range map[string]int{"signers": m.Signers, "signers_of": m.SignersOf} {
		if n < 0 || n > maxSigners {
			all = append(all, FieldProblem{Field: field, Problem: "not_a_number", Limit: maxSigners})
		}
	}
	if m.Signers > m.SignersOf {
		all = append(all, FieldProblem{Field: "signers", Problem: "too_many", Limit: m.SignersOf})
	}
	slices.SortStableFunc(all, func(a, b FieldProblem) int { return strings.Compare(a.Field, b.Field) })
	return all
}

func checkForm(p Pack, m Matter) error {
	key := map[Body]string{Conference: "reps.form", HouseholdAssembly: "assembly.household_form"}[m.Form]
	if key == "" {
		return nil
	}
	f, err := p.FlagRule(key)
	if err != nil {
		return err
	}
	if !f.Value {
		return &Refusal{Code: RefuseFormNotInPack, Basis: &f.Basis}
	}
	return nil
}

// checkReserved asks which body the law gives the matter to (law.md §§4.4, 4.5, §15.5).
func checkReserved(p Pack, m Matter) error {
	if q, ok := p.Parameters["matters.elsewhere."+string(m.Category)]; ok {
		return &Refusal{Code: RefuseReserved, Basis: &q.Basis}
	}
	r := packReader{pack: p}
	only, authorised := r.list("matters.assembly_only"), r.list("matters.conference_if_authorised")
	if r.err != nil || m.Form != Conference {
		return r.err
	}
	if slices.Contains(only.List, string(m.Category)) {
		return &Refusal{Code: RefuseReserved, Basis: &only.Basis}
	}
	if q := p.Parameters["matters.assembly_only_affecting"]; slices.Contains(q.List, string(m.Affected)) {
		return &Refusal{Code: RefuseReserved, Basis: &q.Basis}
	}
	if slices.Contains(authorised.List, string(m.Category)) && strings.TrimSpace(m.Authorisation) == "" {
		return &Refusal{Code: RefuseReserved, Basis: &authorised.Basis, Fields: []FieldProblem{{Field: "authorisation", Problem: "required"}}}
	}
	return nil
}

func checkMerged(p Pack, m Matter) error {
	f, err := p.FlagRule("four.merge_allowed")
	if err != nil {
		return err
	}
	if m.Merged && !f.Value {
		return &Refusal{Code: RefuseNotMerged, Basis: &f.Basis}
	}
	return nil
}

func checkSigners(p Pack, m Matter) error {
	key := map[Origin]string{OriginResidents: "origin.residents", OriginRepresentatives: "origin.representatives"}[m.Origin]
	if key == "" {
		return nil
	}
	q, err := p.MajorityRule(key)
	if err != nil {
		return err
	}
	if q.Majority.MetBy(m.Signers, m.SignersOf) {
		return nil
	}
	problem := FieldProblem{Field: "signers", Problem: "too_few", Limit: q.Majority.Need(m.SignersOf)}
	if m.SignersOf == 0 {
		problem = FieldProblem{Field: "signers_of", Problem: "required"}
	}
	return &Refusal{Code: RefuseInvalid, Basis: &q.Basis, Count: problem.Limit, Fields: []FieldProblem{problem}}
}

func (r *packReader) list(key string) Parameter {
	q, err := r.pack.get(key, ListKind)
	r.keep(err)
	return q
}
