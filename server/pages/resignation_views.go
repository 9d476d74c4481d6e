package pages

import "github.com/yishi-project/yishi/deliberation"

// StartResignationView is the form that begins a resignation.
type StartResignationView struct {
	Page
	// Holders are those who were elected to a post, Forms the bodies that may accept.
	Holders                []RecallHolder
	Forms                  []deliberation.Body
	Rules                  *deliberation.ResignationRules
	Holder, Form, Inactive string
	Key                    string
	Problem                *Problem
}

func (v StartResignationView) holderOptions() (list []Option) {
	for _, h := range v.Holders {
		list = append(list, Option{Value: h.Value(), Label: h.Person.Name + " · " + v.head(h.Post.Word(v.Lang))})
	}
	return list
}

// ResignationView is what became of a resignation.
type ResignationView struct {
	Page
	P            deliberation.Proceeding
	R            deliberation.ResignationProgress
	Rules        *deliberation.ResignationRules
	Name, Letter string
	MayFile      bool
	MayBegin     bool // a by-election
}

// byElection leads to the form of a by-election for the seat that fell vacant.
func (v ResignationView) byElection() string {
	post := map[deliberation.Office]deliberation.ElectionPost{
		deliberation.Director: deliberation.PostDirector, deliberation.DeputyDirector: deliberation.PostDeputy, deliberation.CommitteeMember: deliberation.PostMember,
	}[v.R.Setup.Post]
	return "/elections/new?by_election=yes&seats_" + string(post) + "=1"
}

func (v ResignationView) base() string { return "/processes/" + string(v.P.ID) }
