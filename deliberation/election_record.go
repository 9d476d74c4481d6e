package deliberation

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// What an election finds in its record is found in the same way by who runs it and by who
// verifies its dossier.

// ElectorRollOf gives what is registered of a list of electors. Its hash is of the sorted
// ids of who is on it, each followed by a newline, as a meeting's roll has it.
func ElectorRollOf(lines []ElectorLine) ElectorRoll {
	roll := ElectorRoll{}
	var ids []string
	for _, l := range lines {
		if l.In {
			ids = append(ids, string(l.Person.ID)+"\n")
			continue
		}
		if roll.Left == nil {
			roll.Left = map[RegistrationReason]int{}
		}
		roll.Left[l.Reason]++
	}
	slices.Sort(ids)
	roll.Count, roll.SHA256 = len(ids), textSHA256(strings.Join(ids, ""))
	return roll
}

// Covers reports whether a list that was counted later is the one of the roll. Why
// somebody was left out may have been erased since; how many were is the same.
func (r ElectorRoll) Covers(later ElectorRoll) bool {
	if later.Count != r.Count || later.SHA256 != r.SHA256 {
		return false
	}
	erased := later.Left[ReasonErased] - r.Left[ReasonErased]
	for reason, n := range later.Left {
		if reason != ReasonErased && n > r.Left[reason] {
			return false
		}
	}
	for reason, n := range r.Left {
		if reason != ReasonErased {
			erased -= n - later.Left[reason]
		}
	}
	return erased == 0
}

// NominationCount is who was named, by how many nominations, and what kept others from
// counting.
type NominationCount struct {
	Nominations int               `json:"nominations"`
	SHA256      string            `json:"sha256"`
	Nominees    []NomineeProgress `json:"nominees"`
	Faults      []ElectionFault   `json:"faults,omitempty"`
}

// CountNominations finds who is named by those nominations that count, each with the posts
// in their order. Its hash is of the JSON of all that were lodged.
func (r ElectionRules) CountNominations(lodged []LodgedNomination, seats ElectionSeats, registered func(PersonID) bool) (NominationCount, error) {
	var out NominationCount
	posts := map[PersonID][]ElectionPost{}
	for _, n := range lodged {
		if faults := r.NominationFaults(n.Nomination, seats, registered); len(faults) > 0 {
			out.Faults = append(out.Faults, faults...)
			continue
		}
		out.Nominations++
		for _, post := range ElectionPosts {
			for _, p := range n.Names[post] {
				if !slices.Contains(posts[p], post) {
					posts[p] = append(posts[p], post)
				}
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(posts)) {
		slices.SortFunc(posts[p], func(x, y ElectionPost) int {
			return slices.Index(ElectionPosts, x) - slices.Index(ElectionPosts, y)
		})
		n := NomineeProgress{Person: p, Posts: posts[p], State: NomineeNamed}
		if len(n.Posts) == 1 {
			n.Chosen = n.Posts[0]
		}
		out.Nominees = append(out.Nominees, n)
	}
	text, err := json.Marshal(lodged)
	out.SHA256 = textSHA256(string(text))
	return out, err
}

// CandidateLists makes the list of each post that has seats: the final ones by surplus and
// preselection, else with all who may stand.
func (r ElectionRules) CandidateLists(seats, surplus ElectionSeats, nominees []Nominee, pre map[ElectionPost]*Preselection, final bool) (lists []CandidateList) {
	for _, post := range ElectionPosts {
		switch n := seats[post]; {
		case n < 1:
		case final:
			lists = append(lists, r.Candidates(post, n, surplus[post], nominees, pre[post]))
		default:
			lists = append(lists, r.NomineeList(post, n, nominees))
		}
	}
	return lists
}

// PreselectionOf gives what the count of a preselection says of each post.
func PreselectionOf(n Count) map[ElectionPost]*Preselection {
	pre := map[ElectionPost]*Preselection{}
	for _, q := range n.Questions {
		pre[ElectionPost(q.Question)] = &Preselection{Base: n.Tally.Due, Voters: q.Ballots, Votes: q.forPeople(true)}
	}
	return pre
}

// RevoteOf gives a vote between the tied from its count.
func RevoteOf(post ElectionPost, n Count) (Revote, error) {
	if len(n.Questions) != 1 {
		return Revote{}, errors.New("a vote between the tied asks one question")
	}
	return Revote{Post: post, Votes: n.Questions[0].forPeople(false)}, nil
}

// forPeople gives the votes of each person, who got none left out where only who was named counts.
func (c QuestionCount) forPeople(named bool) map[PersonID]int {
	votes := map[PersonID]int{}
	for _, v := range c.Votes {
		if v.Votes > 0 || !named {
			votes[PersonID(v.Option)] = v.Votes
		}
	}
	return votes
}

// People are all whose sex, registration and kinship the outcome may turn on: who was voted
// for, who stands, and who was seated before.
func (c ElectionCount) People() (ids []PersonID) {
	for _, t := range c.Tallies {
		ids = slices.AppendSeq(ids, maps.Keys(t.Votes))
	}
	for _, list := range c.Candidates {
		ids = append(ids, list...)
	}
	for _, s := range c.Seated {
		ids = append(ids, s.Person)
	}
	return distinct(ids)
}

// Know puts in what the record says of the people, and what the qualification check of
// those who were written in found. It reports false where somebody is not on the record.
func (c *ElectionCount) Know(known map[PersonID]ElectionPersonRecord, qualified map[PersonID]bool) bool {
	c.Persons = map[PersonID]ElectionPerson{}
	for _, id := range c.People() {
		k, ok := known[id]
		if !ok {
			return false
		}
		who := ElectionPerson{Sex: k.Sex, Registered: k.Registered}
		if fit, checked := qualified[id]; checked {
			who.Qualified = &fit
		}
		c.Persons[id] = who
	}
	return true
}

// Registered reports whether somebody may be nominated and voted for: who is on the list,
// and where households or groups send one of theirs, everybody else who would be on it.
func (l ElectorLine) Registered() bool { return l.In || l.Reason == NotRepresentative }
