package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// ElectionForm is an election as it is begun, as it was typed.
type ElectionForm struct {
	Title, Summary, Method, Day, ByElection, Web                      string
	Overfull, VoidMobileBox, VacatedSeat, FurtherTurnout, MobileBoxes string
	// Seats and Surplus are by post.
	Seats, Surplus map[deliberation.ElectionPost]string
}

// StartElectionView is the form that begins an election, or its review.
type StartElectionView struct {
	Page
	Form ElectionForm
	// Methods are those that the law here knows.
	Methods []deliberation.ElectionMethod
	// Rules are those of the chosen method, Plan its calendar; for the review.
	Rules   deliberation.ElectionRules
	Plan    []ElectionDayLine
	Setup   deliberation.ElectionSetup
	Pack    deliberation.Pack
	Key     string
	Problem *Problem
}

// StartPosts are the posts that an election may begin with.
var StartPosts = []deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostDeputy, deliberation.PostMember}

// MethodName is the method in the reader's words.
func (p Page) MethodName(m deliberation.ElectionMethod) string { return p.head(m.Word(p.Lang)) }

// PostName is the post in the reader's words.
func (p Page) PostName(post deliberation.ElectionPost) string { return p.head(post.Word(p.Lang)) }

// NomineeWord says how a nominee stands.
func (p Page) NomineeWord(s deliberation.NomineeState) string { return p.head(s.Word(p.Lang)) }

// PointName names a day of the calendar of an election.
func (p Page) PointName(e deliberation.ElectionPoint) string { return p.head(e.Word(p.Lang)) }

func (v StartElectionView) methodOptions() []Option {
	var list []Option
	for _, m := range v.Methods {
		list = append(list, Option{Value: string(m), Label: v.MethodName(m), Hint: v.optional("method_hint_" + string(m))})
	}
	return list
}

// choiceOptions offers what the approved method may settle; nothing chosen is the default.
func (v StartElectionView) choiceOptions(values ...string) []Option {
	list := []Option{{Value: "", Label: v.S("election_choice_default")}}
	for _, o := range values {
		list = append(list, Option{Value: o, Label: v.S("election_choice_" + o)})
	}
	return list
}

// hidden carries what was typed to the review; Value is the field, Label its content.
func (f ElectionForm) hidden() []Option {
	list := []Option{
		{Value: "title", Label: f.Title}, {Value: "summary", Label: f.Summary}, {Value: "method", Label: f.Method}, {Value: "day", Label: f.Day},
		{Value: "by_election", Label: f.ByElection}, {Value: "web", Label: f.Web}, {Value: "overfull", Label: f.Overfull}, {Value: "void_mobile_box", Label: f.VoidMobileBox},
		{Value: "vacated_seat", Label: f.VacatedSeat}, {Value: "further_turnout", Label: f.FurtherTurnout}, {Value: "mobile_boxes", Label: f.MobileBoxes},
	}
	for _, p := range StartPosts {
		list = append(list, Option{Value: "seats_" + string(p), Label: f.Seats[p]}, Option{Value: "surplus_" + string(p), Label: f.Surplus[p]})
	}
	return filled(list)
}

// SeatsLine says how many are elected to each post, and how many more stand.
func (p Page) SeatsLine(s deliberation.ElectionSetup) string {
	var parts []string
	for _, post := range deliberation.ElectionPosts {
		if n := s.Seats[post]; n > 0 {
			parts = append(parts, p.S("election_seats_line", "Post", p.PostName(post), "N", n, "Surplus", s.Surplus[post]))
		}
	}
	return strings.Join(parts, p.S("election_joint"))
}

// ElectionDayLine is a day of the calendar with whether it was done.
type ElectionDayLine struct {
	deliberation.ElectionStep
	Done, Late bool
}

func (l ElectionDayLine) tone() Tone {
	switch {
	case l.Done:
		return Good
	case l.Late:
		return Bad
	case len(l.Conflicts) > 0:
		return Wait
	}
	return Idle
}

func (p Page) dayWord(l ElectionDayLine) string {
	switch l.tone() {
	case Good:
		return p.S("election_done")
	case Bad:
		return p.S("election_late")
	case Wait:
		return p.S("election_look")
	}
	return p.S("election_to_come")
}

// boundWords says whether the day is the last or the day itself.
func (p Page) boundWords(l ElectionDayLine) string {
	if l.Point == deliberation.ElectionDay {
		return l.Date.Words(p.Lang)
	}
	return p.S("election_not_after", "Day", l.Date.Words(p.Lang))
}

// ElectionView is an election as everybody of the community sees it.
type ElectionView struct {
	Page
	P deliberation.Process
	// AuditFirst is the rule that asks for the audit before the committee is chosen.
	AuditFirst deliberation.FlagRule

	Setup   deliberation.ElectionSetup
	E       deliberation.ElectionProgress
	Plan    []ElectionDayLine
	Names   Names
	Outcome []string
	Polls   []deliberation.Poll
	// OnList: the reader stands on the published list; Off says why not, empty where there is no list.
	OnList bool
	Off    string
	// Desk: the reader registers electors and enters paper.
	Desk, MayNominate bool
	Acts              []deliberation.OpenAct
	Standing          bool
}

func (v ElectionView) base() string { return "/processes/" + string(v.P.ID) }

// LeftLines says who is not on the list, reason by reason.
func (v ElectionView) leftLines() (list []string) {
	if v.E.Electors == nil {
		return nil
	}
	for _, r := range deliberation.RegistrationReasons {
		if n := v.E.Electors.Left[r]; n > 0 {
			list = append(list, v.S("election_left_line", "Why", v.head(r.Word(v.Lang)), "N", n))
		}
	}
	return list
}

// nomineesOf gives those named for the post.
func (v ElectionView) nomineesOf(post deliberation.ElectionPost) (list []deliberation.NomineeProgress) {
	for _, n := range v.E.Nominees {
		if n.Chosen == post || n.Chosen == "" && slices.Contains(n.Posts, post) {
			list = append(list, n)
		}
	}
	return list
}

// listOf gives the published list of the post, nil where there is none.
func (v ElectionView) listOf(post deliberation.ElectionPost) *deliberation.CandidateList {
	for i := range v.E.Lists {
		if v.E.Lists[i].Post == post {
			return &v.E.Lists[i]
		}
	}
	return nil
}

func nomineeTone(s deliberation.NomineeState) Tone {
	switch s {
	case deliberation.NomineeQualified:
		return Good
	case deliberation.NomineeBarred:
		return Bad
	case deliberation.NomineeNamed, deliberation.NomineeAccepted:
		return Wait
	}
	return Idle
}

func challengeTone(c deliberation.ElectionChallenge) Tone {
	switch {
	case c.Ruled.IsZero():
		return Wait
	case c.Annuls:
		return Bad
	}
	return Good
}

func (v ElectionView) challengeWord(c deliberation.ElectionChallenge) string {
	switch challengeTone(c) {
	case Bad:
		return v.S("challenge_annuls")
	case Good:
		return v.S("challenge_stands")
	}
	return v.S("challenge_waits")
}

// List lists people by name.
func (n Names) List(ids []deliberation.PersonID, joint string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = n.Of(id)
	}
	return strings.Join(all, joint)
}

// RegistrationView is the registration desk 登记台.
type RegistrationView struct {
	Page
	P      deliberation.Process
	Search string
	Looked bool
	Lines  []deliberation.RegistrationLine
	// More is how many were found and are not listed.
	More int
	// Entered counts those with an entry, MayBe those whom the rules let in today.
	Entered, MayBe int
	// Electors are those found on the published list, once there is one; then it is corrected.
	Published bool
	Electors  []deliberation.ElectorLine
	Chosen    deliberation.PersonID
	Problem   *Problem
}

func (v RegistrationView) path() string { return "/processes/" + string(v.P.ID) + "/registration" }

// entryFlags are what somebody may state, in the order of the form.
var entryFlags = []string{"wishes", "consented", "certificate", "deprived", "elsewhere", "unavailable", "mandated"}

// flagOf gives what the entry says to a flag.
func flagOf(e deliberation.RegisterEntry, flag string) string {
	on := map[string]bool{
		"wishes": e.Wishes, "consented": e.Consented, "certificate": e.Certificate, "deprived": e.Deprived, "elsewhere": e.Elsewhere,
		"unavailable": e.Unavailable, "mandated": e.Mandated,
	}[flag]
	if on {
		return "yes"
	}
	return ""
}

func dateValue(d deliberation.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func (v RegistrationView) reasonOptions() []Option {
	list := []Option{{Value: "", Label: v.S("please_choose")}}
	for _, r := range deliberation.RegistrationReasons {
		list = append(list, Option{Value: string(r), Label: v.head(r.Word(v.Lang))})
	}
	return list
}

// ElectorsView is the published list of electors by group 登记参加选举的人员名单.
type ElectorsView struct {
	Page
	P      deliberation.Process
	E      deliberation.ElectionProgress
	Groups []ElectorGroup
	Count  int
	// Mine is the reader's own line, nil where there is none.
	Mine   *deliberation.ElectorLine
	Source string
	Until  string
}

// ElectorGroup is those of one group, by the strokes of their surnames.
type ElectorGroup struct {
	Name  string
	Names []string
}

// GroupElectors sorts a list by group and strokes.
func GroupElectors(list []deliberation.ElectorLine) (groups []ElectorGroup) {
	lines := slices.DeleteFunc(slices.Clone(list), func(l deliberation.ElectorLine) bool { return !l.In })
	slices.SortStableFunc(lines, func(a, b deliberation.ElectorLine) int {
		return cmp.Or(cmp.Compare(a.Person.Group, b.Person.Group), deliberation.CompareByStrokes(a.Person.Name, b.Person.Name), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	for _, l := range lines {
		if n := len(groups); n == 0 || groups[n-1].Name != l.Person.Group {
			groups = append(groups, ElectorGroup{Name: l.Person.Group})
		}
		g := &groups[len(groups)-1]
		g.Names = append(g.Names, l.Person.Name)
	}
	return groups
}

// NominateView is where somebody names candidates 提名.
type NominateView struct {
	Page
	P     deliberation.Process
	Setup deliberation.ElectionSetup
	// Desk: what came in on paper is entered, for whoever signed it.
	Desk bool
	By   string
	Ways []string
	// Search looks for registered persons; Found are those, More how many are not listed.
	Search string
	Found  []deliberation.Person
	More   int
	// Named are those chosen so far, post by post.
	Named   map[deliberation.ElectionPost][]deliberation.Person
	Signers string
	Confirm bool
	// Own are the nominations the reader handed in, or all, for the desk.
	Own     []deliberation.LodgedNomination
	Names   Names
	Bars    []string
	Key     string
	Problem *Problem
}

func (v NominateView) path() string {
	if v.Desk {
		return "/processes/" + string(v.P.ID) + "/nominations"
	}
	return "/processes/" + string(v.P.ID) + "/nominate"
}

func (v NominateView) wayOptions() []Option {
	var list []Option
	for _, w := range v.Ways {
		list = append(list, Option{Value: w, Label: v.S("nominate_by_" + w)})
	}
	return list
}

func (v NominateView) postOptions() []Option {
	list := []Option{}
	for _, p := range StartPosts {
		if v.Setup.Seats[p] > 0 {
			list = append(list, Option{Value: string(p), Label: v.PostName(p)})
		}
	}
	return list
}

// namedCount is how many are chosen so far.
func (v NominateView) namedCount() (n int) {
	for _, list := range v.Named {
		n += len(list)
	}
	return n
}

// namesOf says whom a nomination names for a post.
func (v NominateView) namesOf(n deliberation.LodgedNomination, post deliberation.ElectionPost) string {
	return v.Names.List(n.Names[post], v.S("election_joint"))
}

// MobileView is the list of who votes at a mobile box 流动票箱.
type MobileView struct {
	Page
	P       deliberation.Process
	Meeting deliberation.Meeting
	Lists   []MobileList
	Station string
	Persons string
	Source  string
	// Latest says by when a list has to be there, empty at a further round.
	Latest  string
	Problem *Problem
}

// MobileList is who votes at one mobile box.
type MobileList struct {
	Station string
	Names   []string
}

// RecallView is a recall with reasons and defence side by side.
type RecallView struct {
	Page
	P       deliberation.Proceeding
	Setup   deliberation.RecallSetup
	R       deliberation.RecallProgress
	Name    string
	Defence string
	Poll    *deliberation.Poll
	Source  string
	MayTell bool
}

func (v RecallView) base() string { return "/processes/" + string(v.P.ID) }

// StartRecallView is the form that begins a recall.
type StartRecallView struct {
	Page
	// Demands are joint demands of a recall that were met and not started yet.
	Demands []deliberation.Process
	// Holders are those who can be recalled, each with a post.
	Holders                []RecallHolder
	Methods                []deliberation.ElectionMethod
	Demand, Holder, Method string
	// Bar is how long after a failed recall the same facts cannot be brought; NewFacts says
	// why these are others.
	Bar      deliberation.CountRule
	NewFacts string
	Key      string
	Problem  *Problem
}

// RecallHolder is somebody who was elected to a post.
type RecallHolder struct {
	Person deliberation.Person
	Post   deliberation.Office
}

// Value names the holder in a form.
func (h RecallHolder) Value() string { return string(h.Post) + "." + string(h.Person.ID) }

func (v StartRecallView) demandOptions() []Option {
	var list []Option
	for _, d := range v.Demands {
		list = append(list, Option{Value: string(d.ID), Label: d.Matter.Title, Hint: d.Matter.Summary})
	}
	return list
}

func (v StartRecallView) holderOptions() []Option {
	var list []Option
	for _, h := range v.Holders {
		list = append(list, Option{Value: h.Value(), Label: h.Person.Name + " · " + v.head(h.Post.Word(v.Lang))})
	}
	return list
}

func (v StartRecallView) methodOptions() []Option {
	var list []Option
	for _, m := range v.Methods {
		list = append(list, Option{Value: string(m), Label: v.MethodName(m)})
	}
	return list
}

// zheng writes a count as the strokes of 正, five a character, as it is called out.
func zheng(n int) string {
	return strings.Repeat("正", n/5) + []string{"", "一", "丅", "下", "止"}[n%5]
}

// tens gives the numbers up to n, for the squares of a tally sheet.
func number(n int) string { return strconv.Itoa(n) }
