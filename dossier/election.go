package dossier

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// The files of an election: the list of electors, the nominations byte by byte as their
// hash was taken, and what the outcome turns on in those who were named or voted for.
const (
	electorsFile    = "election/electors.json"
	nominationsFile = "election/nominations.json"
	electedFile     = "election/people.json"
)

// ElectionSource is where the data of an election comes from.
type ElectionSource interface {
	// ElectorList gives the published list, who was left out too; none before it was published.
	ElectorList(ctx context.Context, p deliberation.ProcessID) ([]deliberation.ElectorLine, error)
	// Nominations gives what was lodged.
	Nominations(ctx context.Context, p deliberation.ProcessID) ([]deliberation.LodgedNomination, error)
	ElectionPeople(ctx context.Context, p deliberation.ProcessID, ids []deliberation.PersonID) (map[deliberation.PersonID]deliberation.ElectionPersonRecord, error)
	Kin(ctx context.Context, c deliberation.CommunityID, among []deliberation.PersonID) ([]deliberation.Kinship, error)
}

// Elector is one line of electors.json: somebody on the list, or left out with the reason.
type Elector struct {
	Person deliberation.PersonID           `json:"person"`
	Class  deliberation.RegistrationClass  `json:"class,omitempty"`
	In     bool                            `json:"in"`
	Reason deliberation.RegistrationReason `json:"reason,omitempty"`
}

// ElectionPeople is people.json of an election: nothing of anybody but of those who were
// named, voted for, or sat on the election committee.
type ElectionPeople struct {
	People []ElectionPerson `json:"people"`
	// Kin are the near relationships among them, each pair once.
	Kin []Kin `json:"kin"`
}

// ElectionPerson is what an outcome looks at in a person.
type ElectionPerson struct {
	Person     deliberation.PersonID `json:"person"`
	Sex        deliberation.Sex      `json:"sex,omitempty"`
	Registered bool                  `json:"registered"`
}

// Kin says what B is to A.
type Kin struct {
	A    deliberation.PersonID `json:"a"`
	B    deliberation.PersonID `json:"b"`
	Kind deliberation.Relation `json:"kind"`
}

// electionData is the files of an election as they were read.
type electionData struct {
	electors    []Elector
	nominations []deliberation.LodgedNomination
	people      ElectionPeople
}

// lines gives the list in the form that its count and hash are made from.
func (d electionData) lines() (list []deliberation.ElectorLine) {
	for _, x := range d.electors {
		list = append(list, deliberation.ElectorLine{Person: deliberation.Person{ID: x.Person}, Class: x.Class, In: x.In, Reason: x.Reason})
	}
	return list
}

// known gives what the outcome looks at in each person.
func (d electionData) known(names map[deliberation.PersonID]string) map[deliberation.PersonID]deliberation.ElectionPersonRecord {
	known := map[deliberation.PersonID]deliberation.ElectionPersonRecord{}
	for _, p := range d.people.People {
		known[p.Person] = deliberation.ElectionPersonRecord{Name: names[p.Person], Sex: p.Sex, Registered: p.Registered}
	}
	return known
}

func (d electionData) kin() (list []deliberation.Kinship) {
	for _, k := range d.people.Kin {
		list = append(list, deliberation.Kinship{A: k.A, B: k.B, Kind: k.Kind})
	}
	return list
}

// election writes the files of an election, each from when its fact was registered.
func (g *gathering) election() error {
	if g.process.Kind == deliberation.ChoosingKind || g.process.Kind == deliberation.ResignationKind {
		for _, id := range g.named() {
			g.person(id)
		}
	}
	if g.process.Kind != deliberation.ElectionKind {
		return nil
	}
	id, has := g.process.ID, map[deliberation.FactKind]bool{}
	for _, e := range g.entries {
		has[e.Kind] = true
	}
	if has[deliberation.FactElectors] {
		list, err := g.Source.ElectorList(g.ctx, id)
		if err != nil {
			return err
		}
		lines := []Elector{}
		for _, l := range list {
			lines = append(lines, Elector{Person: l.Person.ID, Class: l.Class, In: l.In, Reason: l.Reason})
		}
		slices.SortFunc(lines, func(a, b Elector) int { return cmp.Compare(a.Person, b.Person) })
		if err := g.put(electorsFile, lines); err != nil {
			return err
		}
	}
	if has[deliberation.FactNominations] {
		list, err := g.Source.Nominations(g.ctx, id)
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b deliberation.LodgedNomination) int { return cmp.Compare(a.ID, b.ID) })
		if g.out[nominationsFile], err = json.Marshal(list); err != nil {
			return err
		}
	}
	return g.electionPeople(g.named())
}

// named gives everybody whom the facts of an election or a count name.
func (g *gathering) named() []deliberation.PersonID {
	ids := map[deliberation.PersonID]bool{}
	for _, e := range g.entries {
		if v, err := decode(e.Fact); err == nil {
			for _, id := range peopleOf(v) {
				ids[id] = true
			}
		}
	}
	delete(ids, "")
	return slices.Sorted(maps.Keys(ids))
}

// peopleOf gives whom a fact of an election names.
func peopleOf(fact any) (ids []deliberation.PersonID) {
	lists := func(all []deliberation.CandidateList) {
		for _, l := range all {
			ids = slices.Concat(ids, l.Candidates, l.Reserve, l.Tied)
		}
	}
	seated := func(all []deliberation.Seated) {
		for _, s := range all {
			ids = append(ids, s.Person)
		}
	}
	switch d := fact.(type) {
	case *deliberation.StartedData:
		if d.Recall != nil {
			ids = append(ids, d.Recall.Person)
		}
	case *deliberation.ElectionCommitteeData:
		ids = slices.Concat(d.Members, d.Reserve, d.Left, d.Joined)
	case *deliberation.NominationsData:
		for _, n := range d.Nominees {
			ids = append(ids, n.Person)
		}
	case *deliberation.NomineeData:
		ids = append(ids, d.Nominee.Person)
	case *deliberation.CandidatesData:
		lists(d.Lists)
	case *deliberation.ElectionRoundData:
		seated(d.Seated)
		seated(d.Outcome.Seated)
		for _, r := range d.Outcome.Posts {
			for _, v := range r.Votes {
				ids = append(ids, v.Person)
			}
		}
	case *deliberation.ElectionDeclaredData:
		seated(d.Seated)
	case *deliberation.ElectionChallengeData:
		ids = append(ids, d.Challenge.Person)
	case *deliberation.RecallData:
		ids = append(ids, d.Recall.Setup.Person)
	case *deliberation.ResignationData:
		ids = append(ids, d.Resignation.Setup.Person)
	case *deliberation.ChoosingCandidateData:
		ids = append(ids, d.Candidate.Person)
	}
	return ids
}

func (g *gathering) electionPeople(ids []deliberation.PersonID) error {
	for _, id := range ids {
		g.person(id)
	}
	known, err := g.Source.ElectionPeople(g.ctx, g.process.ID, ids)
	if err != nil {
		return err
	}
	kin, err := g.Source.Kin(g.ctx, g.process.Community, ids)
	if err != nil {
		return err
	}
	out := ElectionPeople{People: []ElectionPerson{}, Kin: []Kin{}}
	for _, id := range ids {
		if who, ok := known[id]; ok {
			out.People = append(out.People, ElectionPerson{Person: id, Sex: who.Sex, Registered: who.Registered})
		}
	}
	for _, k := range kin {
		out.Kin = append(out.Kin, Kin{A: k.A, B: k.B, Kind: k.Kind})
	}
	slices.SortFunc(out.Kin, func(a, b Kin) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	out.Kin = slices.Compact(out.Kin)
	return g.put(electedFile, out)
}

// election reads the files of an election that the facts speak of.
func (r *reader) election() {
	has := map[deliberation.FactKind]bool{}
	for _, f := range r.d.Facts {
		has[f.Kind] = true
	}
	if has[deliberation.FactElectors] {
		r.json(electorsFile, &r.d.election.electors)
	}
	if has[deliberation.FactNominations] {
		r.json(nominationsFile, &r.d.election.nominations)
	}
	r.json(electedFile, &r.d.election.people)
}

// electionFiles reports whether a file belongs to the dossier of an election.
func (e *examination) electionFile(name string) bool {
	return e.h.started.Process == deliberation.ElectionKind && slices.Contains([]string{electorsFile, nominationsFile, electedFile}, name)
}
