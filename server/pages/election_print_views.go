package pages

import (
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// ElectionSheets are the papers of an election that are printed, in the order in which
// they are needed.
var ElectionSheets = []string{
	"notice-day", "notice-committee", "notice-nominees", "notice-candidates", "notice-proxies", "notice-mobile",
	"tally", "report", "notice-result", "certificates", "archive",
}

// ElectionPrintView is a paper of an election on A4.
type ElectionPrintView struct {
	ElectionView
	Document string
	// Meeting is that of the vote, nil before it was convened; Notice is how it was announced.
	Meeting *deliberation.Meeting
	Notice  string
	// Proxies are who votes through whom, Mobile who votes at a mobile box.
	Proxies []ProxyLine
	Mobile  []MobileList
	// Lists of documents, each with what the register holds of them.
	Lists []DocumentsView
	// Sources are the texts that the paper stands on.
	Sources []string
	// Ends is when the term ends, empty where it cannot be said.
	Ends string
	// Written is those who were written in, post by post.
	Written map[deliberation.ElectionPost][]deliberation.PersonVotes
}

// ProxyLine is who votes through whom.
type ProxyLine struct{ Principal, Agent string }

// DocumentsView is a list of documents.
type DocumentsView struct {
	List deliberation.DocumentList
	Held []deliberation.HeldDocument
}

func (d DocumentsView) there() (n int) {
	for _, h := range d.Held {
		if h.There() {
			n++
		}
	}
	return n
}

// printedList gives whom a list shows: candidates, or before them nominees.
func (v ElectionPrintView) printedList(post deliberation.ElectionPost) []deliberation.PersonID {
	if l := v.listOf(post); l != nil {
		return l.Candidates
	}
	var ids []deliberation.PersonID
	for _, n := range v.nomineesOf(post) {
		if n.State != deliberation.NomineeDeclined && n.State != deliberation.NomineeWithdrew && n.State != deliberation.NomineeBarred {
			ids = append(ids, n.Person)
		}
	}
	return ids
}

// tallyRows are the lines of a tally sheet for a post: those who stand, then room for
// those who are written in.
func (v ElectionPrintView) tallyRows(post deliberation.ElectionPost) []string {
	var rows []string
	for _, id := range v.printedList(post) {
		rows = append(rows, v.Names.Of(id))
	}
	for range max(3, v.Setup.Seats[post]) {
		rows = append(rows, "")
	}
	return rows
}

// seated gives those elected to the post.
func (v ElectionPrintView) seated(post deliberation.ElectionPost) (list []deliberation.Seated) {
	if v.E.Outcome == nil {
		return nil
	}
	for _, s := range v.E.Outcome.Seated {
		if s.Post == post {
			list = append(list, s)
		}
	}
	return list
}

func (v ElectionPrintView) seatedNames(post deliberation.ElectionPost) string {
	var ids []deliberation.PersonID
	for _, s := range v.seated(post) {
		ids = append(ids, s.Person)
	}
	return v.Names.List(ids, v.S("election_joint"))
}

// committeeName is how the elected committee is called.
func (v ElectionPrintView) committeeName() string {
	return v.Community.Name + v.S("residents_committee")
}

// certificatePost is the post on a certificate; the kept seat is a member's.
func (v ElectionPrintView) certificatePost(p deliberation.ElectionPost) string {
	if p == deliberation.WomanMember {
		p = deliberation.PostMember
	}
	return v.PostName(p)
}

// marks draws a count as 正.
func (v ElectionPrintView) marks(n int) string { return zheng(n) }

// writtenIn reports whether the person is on no list of the post.
func (v ElectionPrintView) writtenIn(post deliberation.ElectionPost, id deliberation.PersonID) bool {
	for _, c := range v.printedList(post) {
		if c == id {
			return false
		}
	}
	return true
}

// actLine names an act with what it is about.
func (v ElectionView) actLine(a deliberation.OpenAct) string {
	name := v.ActName(a.Kind)
	if who, known := v.Names[deliberation.PersonID(a.Subject)]; known && who != "" {
		return name + v.S("colon") + who
	}
	if word := deliberation.ElectionPoint(a.Subject).Word(v.Lang); word != "" {
		return name + v.S("colon") + v.head(word)
	}
	return name
}

// groupName is the group of a list, or that they are of none.
func (v ElectorsView) groupName(g ElectorGroup) string {
	if strings.TrimSpace(g.Name) == "" {
		return v.S("electors_no_group")
	}
	return g.Name
}
