package server

import (
	"context"
	"errors"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// hearingInput is what begins a hearing or an appraisal.
type hearingInput struct {
	Form               deliberation.Body
	Title, Summary     string
	Category           deliberation.Category
	Affected           deliberation.Affected
	Origin             deliberation.Origin
	Signers, SignersOf int
	BudgetFen          int64
	ChoiceReason       string
	// For is the matter that asked for it.
	For deliberation.ProcessID
}

func (in hearingInput) matter() deliberation.Matter {
	return deliberation.Matter{
		Title: in.Title, Summary: in.Summary, Category: in.Category, Affected: in.Affected, Origin: in.Origin, Signers: in.Signers, SignersOf: in.SignersOf,
		BudgetFen: in.BudgetFen, Form: in.Form, ChoiceReason: in.ChoiceReason, For: in.For,
	}
}

// startHearing begins a hearing.
func (s *Server) startHearing(ctx context.Context, v viewer, key string, in hearingInput) (deliberation.ProcessID, error) {
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.HearingKind, Matter: in.matter()})
}

// hearingIsAsked checks that the matter for which a hearing is begun asked for one,
// of this kind, and waits for it.
func (s *Server) hearingIsAsked(ctx context.Context, v viewer, in startInput) error {
	if in.Kind != deliberation.HearingKind || in.Matter.For == "" {
		return nil
	}
	if !isID(string(in.Matter.For)) {
		return invalid("for", notAChoice)
	}
	p, err := s.proceeding(ctx, v, in.Matter.For)
	if err != nil {
		return err
	}
	asked := p.Status.Asked
	switch {
	case p.Kind != deliberation.FourDeliberationsKind && p.Kind != deliberation.LivelihoodKind:
		return invalid("for", notAChoice)
	case p.Status.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	case !asked.Pending() || asked.Started != "":
		return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	case asked.Rule.Affected != in.Matter.Affected:
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Basis: &asked.Rule.Basis, Fields: []deliberation.FieldProblem{{Field: "affected", Problem: notAChoice}}}
	}
	_, err = permitAct(startHearing, v, true, nil)
	return err
}

var startHearing, _ = deliberation.SpecOf(deliberation.StartHearing)

// tellAsker lets the matter know which hearing was begun for it. Told twice is told once.
func (s *Server) tellAsker(ctx context.Context, v viewer, key string, started deliberation.ProcessID, in startInput) error {
	if in.Kind != deliberation.HearingKind || in.Matter.For == "" {
		return nil
	}
	p, err := s.proceeding(ctx, v, in.Matter.For)
	if err != nil || p.Status.Asked != nil && p.Status.Asked.Started == started {
		return err
	}
	_, err = s.submitAct(ctx, v, p.ID, deliberation.StartHearing, key, actInput{Subject: string(started)})
	return err
}

// hearingRules gives the rules that a hearing pinned.
func (s *Server) hearingRules(p deliberation.Process) (deliberation.HearingRules, error) {
	pack, err := s.Law.Pinned(p.Pack)
	if err != nil {
		return deliberation.HearingRules{}, err
	}
	return deliberation.HearingOf(pack, p.Matter.Form)
}

// citedHearing gives a refusal of a hearing its source.
func (s *Server) citedHearing(p deliberation.Process, err error) error {
	var r *deliberation.Refusal
	if !errors.As(err, &r) || r.Basis != nil {
		return err
	}
	rules, e := s.hearingRules(p)
	if e != nil {
		return err
	}
	cited := *r
	switch r.Code {
	case deliberation.RefuseTooLate:
		cited.Basis = &rules.AnnounceDays.Basis
	case deliberation.RefuseInterest:
		cited.Basis = &rules.Interest.Basis
	case deliberation.RefuseTwice, deliberation.RefuseOtherSide, deliberation.RefuseOnPanel, deliberation.RefuseNotAffected, deliberation.RefuseNotOnRoll:
		cited.Basis = &rules.LeastSides.Basis
	default:
		return err
	}
	return &cited
}

// planInput is the plan of a hearing as it is entered; its sides get their letters in
// the order they stand in.
type planInput struct {
	Chair, Presenter deliberation.PersonID
	Panel            []deliberation.PersonID
	Sides            []deliberation.HearingSide
	Observers        int
}

// maxSeats is more than any hall holds; the rule's own bound comes when the plan is settled.
const maxSeats = 10_000

// planHearing keeps the plan of a hearing.
func (s *Server) planHearing(ctx context.Context, v viewer, id deliberation.ProcessID, in planInput) error {
	if err := permit(toPlanHearing, v, true); err != nil {
		return err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return err
	}
	var f fields
	f.want(in.Chair != "", "chair", required)
	f.want(in.Presenter != "", "presenter", required)
	f.want(in.Chair == "" || in.Chair != in.Presenter, "presenter", notAChoice)
	f.want(len(in.Sides) > 0, "sides", required)
	f.want(len(in.Sides) <= deliberation.MaxSides, "sides", tooMany)
	f.want(in.Observers >= 0 && in.Observers <= maxSeats, "observers", notANumber)
	for i := range in.Sides {
		side := &in.Sides[i]
		side.Code = deliberation.SideCode(i)
		side.Name, side.Group = f.text("sides", side.Name, true, maxLine), f.text("sides", side.Group, false, maxLine)
		f.want(side.Seats > 0 && side.Seats <= maxSeats, "sides", notANumber)
	}
	if err := f.refusal(); err != nil {
		return err
	}
	for _, side := range in.Sides {
		if s.groupIsHere(ctx, v, side.Group) != nil {
			return invalid("sides", notAChoice)
		}
	}
	panel := slices.Clone(in.Panel)
	slices.Sort(panel)
	if err := s.peopleAreHere(ctx, v, append([]deliberation.PersonID{in.Chair, in.Presenter}, panel...)); err != nil {
		return err
	}
	return s.Hearings.PlanHearing(ctx, deliberation.HearingPlan{
		Process: p.ID, Chair: in.Chair, Presenter: in.Presenter, Panel: slices.Compact(panel), Sides: in.Sides, Observers: in.Observers,
	}, v.Person.ID, s.now())
}

// addExpert writes an expert down with the interest they declared. One with a direct
// interest is written down as excluded.
func (s *Server) addExpert(ctx context.Context, v viewer, id deliberation.ProcessID, x deliberation.Expert) (string, error) {
	if err := permit(toPlanHearing, v, true); err != nil {
		return "", err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return "", err
	}
	var f fields
	x.Name, x.Field = f.text("name", x.Name, true, maxLine), f.text("field", x.Field, true, maxLine)
	x.Declared = f.text("declared", x.Declared, x.Interest != deliberation.NoInterest, deliberation.MaxStatement)
	f.want(slices.Contains(deliberation.Interests, x.Interest), "interest", notAChoice)
	if err := f.refusal(); err != nil {
		return "", err
	}
	x.Process, x.At, x.By = p.ID, s.now(), v.Person.ID
	return s.Hearings.AddExpert(ctx, x)
}

// signUpInput is a sign-up; Person is set where the clerk enters what came on paper or
// by telephone.
type signUpInput struct {
	Side, Needs, Reason string
	Person              deliberation.PersonID
	Channel             deliberation.Channel
}

// signUp signs the viewer up for a side of a hearing, or whom the clerk enters.
func (s *Server) signUp(ctx context.Context, v viewer, id deliberation.ProcessID, in signUpInput) (int, error) {
	if err := permit(toSignUp, v, true); err != nil {
		return 0, err
	}
	u := deliberation.SignUp{Process: id, Person: v.Person, Side: in.Side, Channel: deliberation.WebChannel, At: s.now(), EnteredBy: v.Person.ID}
	var f fields
	if in.Person != "" {
		if err := permit(toEnterSignUp, v, true); err != nil {
			return 0, err
		}
		u.Channel, u.Person.ID = in.Channel, in.Person
		f.want(in.Channel == deliberation.SheetChannel || in.Channel == deliberation.PhoneChannel, "channel", notAChoice)
		f.want(in.Person != v.Person.ID, "person", notAChoice)
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return 0, err
	}
	u.Needs, u.Reason = f.text("needs", in.Needs, false, maxLine), f.text("reason", in.Reason, false, deliberation.MaxStatement)
	f.want(isID(in.Side), "side", required)
	if err := f.refusal(); err != nil {
		return 0, err
	}
	if in.Person != "" {
		if err := s.peopleAreHere(ctx, v, []deliberation.PersonID{in.Person}); err != nil {
			return 0, err
		}
	}
	if p.Status.Stage == deliberation.HearingPlanning { // nobody can sign up before it is announced
		return 0, &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	number, err := s.Hearings.SignUp(ctx, u)
	return number, s.citedHearing(p.Process, err)
}

// withdrawSignUp takes the viewer's own sign-up back.
func (s *Server) withdrawSignUp(ctx context.Context, v viewer, id deliberation.ProcessID) error {
	if err := permit(toSignUp, v, true); err != nil {
		return err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return err
	}
	return s.citedHearing(p.Process, s.Hearings.WithdrawSignUp(ctx, id, v.Person.ID, s.now()))
}

// signUps gives who signed up, to the clerk who enters them and to the supervisors.
func (s *Server) signUps(ctx context.Context, v viewer, id deliberation.ProcessID) ([]deliberation.SignUp, error) {
	if err := permit(toReadSignUps, v, true); err != nil {
		return nil, err
	}
	if _, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind); err != nil {
		return nil, err
	}
	return s.Hearings.SignUps(ctx, id)
}

// drawing gives the draw of a hearing with the list that it was made from: what anyone
// needs to do it again. There is no list before the close.
func (s *Server) drawing(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, []deliberation.SignUpNumber, error) {
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil || p.Status.Hearing == nil || p.Status.Hearing.Drawn == nil {
		return p, nil, err
	}
	list, err := s.Hearings.SignUpNumbers(ctx, id)
	return p, list, err
}

// statementInput is what somebody says; Person or Expert is set where the clerk writes
// it down.
type statementInput struct {
	Kind       deliberation.StatementKind
	Text       string
	Person     deliberation.PersonID
	Expert     string
	Conclusion deliberation.Finding
}

// addStatement takes a statement: of the viewer, from the day the list is posted until
// the sitting ends; or what the clerk writes down, until the report.
func (s *Server) addStatement(ctx context.Context, v viewer, id deliberation.ProcessID, key string, in statementInput) (int, error) {
	if err := permit(toSignUp, v, true); err != nil {
		return 0, err
	}
	if err := checkKey(key); err != nil {
		return 0, err
	}
	enters := in.Person != "" || in.Expert != ""
	stages := []deliberation.Stage{deliberation.HearingList, deliberation.HearingSitting}
	if enters {
		if err := permit(toEnterSignUp, v, true); err != nil {
			return 0, err
		}
		stages = append(stages, deliberation.HearingReporting)
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return 0, err
	}
	var f fields
	text := f.text("text", in.Text, true, deliberation.MaxStatement)
	f.want(slices.Contains(deliberation.StatementKinds, in.Kind) && (enters || in.Kind == deliberation.WrittenStatement || in.Kind == deliberation.QuestionAsked), "kind", notAChoice)
	f.want((in.Kind == deliberation.ExpertOpinion) == (in.Expert != ""), "expert", required)
	f.want((in.Kind == deliberation.ExpertOpinion) == slices.Contains(deliberation.Conclusions, in.Conclusion), "finding", notAChoice)
	f.want(in.Expert == "" || isID(in.Expert), "expert", notAChoice)
	f.want(in.Person == "" || isID(string(in.Person)), "person", notAChoice)
	if err := f.refusal(); err != nil {
		return 0, err
	}
	if !slices.Contains(stages, p.Status.Stage) || p.Status.State == deliberation.Ended {
		return 0, &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	person := in.Person
	if !enters {
		person = v.Person.ID
	}
	number, err := s.Hearings.AddStatement(ctx, deliberation.Statement{
		ID: opaque(string(v.Person.ID), "statement", string(id), key)[:24], Process: id, Kind: in.Kind, Person: person, Expert: in.Expert,
		Text: text, Conclusion: in.Conclusion, At: s.now(), EnteredBy: v.Person.ID,
	})
	return number, s.citedHearing(p.Process, err)
}

// disposeStatement says what became of a statement, and why. Nobody disposes of their own.
func (s *Server) disposeStatement(ctx context.Context, v viewer, id deliberation.ProcessID, statement string, d deliberation.Disposition, reason string) error {
	if err := permit(toAnswer, v, true); err != nil {
		return err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return err
	}
	reason, err = cleanText("text", reason, true)
	if err != nil {
		return err
	}
	list, err := s.Hearings.Statements(ctx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(x deliberation.Statement) bool { return x.ID == statement })
	switch {
	case i < 0:
		return deliberation.Refuse(deliberation.RefuseNotFound)
	case list[i].Person == v.Person.ID:
		return deliberation.Refuse(deliberation.RefuseOwnMatter)
	case !slices.Contains(list[i].Kind.Dispositions(), d):
		return invalid("disposition", notAChoice)
	}
	err = s.Hearings.DisposeStatement(ctx, deliberation.Statement{ID: statement, Process: id, Disposition: d, Reason: reason, Disposed: s.now(), DisposedBy: v.Person.ID})
	return s.citedHearing(p.Process, err)
}

// statements gives what was said at a hearing. Who said it is for those in office and
// for the person; others see the side.
func (s *Server) statements(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, []deliberation.Statement, error) {
	p, err := s.proceedingOf(ctx, v, id, deliberation.HearingKind)
	if err != nil {
		return p, nil, err
	}
	list, err := s.Hearings.Statements(ctx, id)
	for i := range list {
		if list[i].Person != v.Person.ID && !v.Holds(inOffice...) {
			list[i].Person, list[i].EnteredBy = "", ""
		}
	}
	return p, list, err
}

// hearingFile is a hearing with all that pages and the API show of it.
type hearingFile struct {
	deliberation.Proceeding
	// Plan is nil until one was entered, Mine where the viewer has not signed up.
	Plan       *deliberation.HearingPlan
	Experts    []deliberation.Expert
	Mine       *deliberation.SignUp
	Statements []deliberation.Statement
}

// hearing gives the whole of a hearing. What experts declared is for those in office.
func (s *Server) hearing(ctx context.Context, v viewer, id deliberation.ProcessID) (hearingFile, error) {
	p, said, err := s.statements(ctx, v, id)
	if err != nil {
		return hearingFile{}, err
	}
	h := hearingFile{Proceeding: p, Statements: said}
	plan, err := s.Hearings.HearingPlan(ctx, id)
	switch {
	case err == nil:
		h.Plan = &plan
	case !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
		return h, err
	}
	if h.Experts, err = s.Hearings.Experts(ctx, id); err != nil {
		return h, err
	}
	if !v.Holds(inOffice...) {
		for i := range h.Experts {
			h.Experts[i].Declared = ""
		}
	}
	mine, err := s.Hearings.SignUpOf(ctx, id, v.Person.ID)
	switch {
	case err == nil:
		h.Mine = &mine
	case !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
		return h, err
	}
	return h, nil
}

// seatIsFree refuses more residents as observers than the announcement has seats for.
func (h sitting) seatIsFree(capacity deliberation.Capacity) error {
	if h.proceeding.Status.Hearing == nil || capacity != deliberation.ObserverResident {
		return nil
	}
	seats, taken := h.proceeding.Status.Hearing.Plan.Observers, 0
	for _, o := range h.observers {
		if o.Capacity == deliberation.ObserverResident {
			taken++
		}
	}
	if taken < seats {
		return nil
	}
	return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: []deliberation.FieldProblem{{Field: "capacity", Problem: tooMany, Limit: seats}}}
}
