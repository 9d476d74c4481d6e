package deliberation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PaperIssue is a paper ballot handed out 发出选票. It takes the person's place on
// the poll's roll: no other channel is open to them any more.
type PaperIssue struct {
	Poll   PollID
	Person PersonID
	// Agent is who took it for the person under a mandate, empty where the person did.
	Agent   PersonID
	Channel Channel
	// Station names the box 票箱 it belongs to, for example "一组" or "流动票箱1".
	Station string
	By      PersonID // who handed it out
	At      time.Time
}

// PaperBallot is a paper ballot and what became of it.
type PaperBallot struct {
	PaperIssue
	// Exchanged counts the spoiled sheets that were taken back for a fresh one 作废换领.
	Exchanged int
	// HandedBack is when it was taken back unmarked 退回, zero where it was not; the
	// person may then vote by another channel.
	HandedBack time.Time
}

// StationCount is a ballot box 票箱: what was handed out for it and what was found in it.
type StationCount struct {
	Station string  `json:"station"`
	Channel Channel `json:"channel"`
	// Issued counts sheets 发出, replacements included.
	Issued     int `json:"issued"`
	Exchanged  int `json:"exchanged,omitempty"`   // 作废换领
	HandedBack int `json:"handed_back,omitempty"` // 退回
	// Users is how many may vote at a mobile box 流动票箱 by the list that was posted, nought elsewhere.
	Users int `json:"users,omitempty"`
	// Recovered is how many sheets were in the box 收回, nil until somebody opened it.
	Recovered *int     `json:"recovered,omitempty"`
	By        PersonID `json:"by,omitempty"` // who counted the sheets
}

// Void reports whether a mobile box held more sheets than there are people on its list:
// none of them counts (HN-VE 第二十九条).
func (c StationCount) Void() bool {
	return c.Channel == MobileChannel && c.Users > 0 && c.Recovered != nil && *c.Recovered > c.Users
}

// Outstanding is how many sheets can be in the box.
func (c StationCount) Outstanding() int { return c.Issued - c.Exchanged - c.HandedBack }

// SheetCount is what one person read from a bundle of paper ballots 录票. Where the
// poll has a form, Questions says what its sheets answer; else Yes, No and Abstain.
type SheetCount struct {
	By     PersonID `json:"by"`
	Sheets int      `json:"sheets"`
	Yes    int      `json:"yes,omitempty"`
	No     int      `json:"no,omitempty"`
	// Abstain counts 弃权; Spoiled sheets 废票 cannot be read or break the rules of the ballot.
	Abstain   int             `json:"abstain,omitempty"`
	Spoiled   int             `json:"spoiled,omitempty"`
	Questions []QuestionCount `json:"questions,omitempty"`
}

// Bundle is sheets that are read together 一捆选票, mixed from all boxes; in a
// recorded poll the one sheet of a person. Two persons read it, and must agree.
type Bundle struct {
	ID string `json:"id"`
	// Person is whose sheet it is in a recorded poll.
	Person PersonID     `json:"person,omitempty"`
	Counts []SheetCount `json:"counts"` // the last of each person
}

// PaperCount is the paper of a poll, as far as it has been counted.
type PaperCount struct {
	Stations []StationCount `json:"stations"`
	Bundles  []Bundle       `json:"bundles"`
}

// Reconciliation is how the paper of a poll adds up 选票核对:
// issued = recovered + exchanged + handed back + unreturned, recovered = valid + spoiled.
type Reconciliation struct {
	Issued     int `json:"issued"`
	Exchanged  int `json:"exchanged"`
	HandedBack int `json:"handed_back"`
	Recovered  int `json:"recovered"`
	Unreturned int `json:"unreturned"`
	Valid      int `json:"valid"`
	Spoiled    int `json:"spoiled"`
	// VoidBoxes are mobile boxes that were set aside, with all that was issued for them.
	VoidBoxes []string `json:"void_boxes,omitempty"`
	// Faults are what does not add up; with any, the count cannot be certified.
	Faults []PaperFault `json:"faults,omitempty"`
}

// PaperFault is something that does not add up.
type PaperFault struct {
	// Problem is a catalogue key: not_opened, more_than_issued, not_read, read_once, readings_differ, sheets_differ.
	Problem string `json:"problem"`
	// Station or Bundle says where, empty for the whole.
	Station string `json:"station,omitempty"`
	Bundle  string `json:"bundle,omitempty"`
	Had     int    `json:"had"`
	Want    int    `json:"want"`
}

// Agreed gives what two persons read alike: the last reading, where another
// person's agrees with it.
func (b Bundle) Agreed() (SheetCount, bool) {
	if len(b.Counts) == 0 {
		return SheetCount{}, false
	}
	last := b.Counts[len(b.Counts)-1]
	for _, c := range b.Counts {
		if c.By != last.By && c.Same(last) {
			return last, true
		}
	}
	return last, false
}

// Same reports whether two persons read the same.
func (c SheetCount) Same(o SheetCount) bool {
	return c.Sheets == o.Sheets && c.Yes == o.Yes && c.No == o.No && c.Abstain == o.Abstain && c.Spoiled == o.Spoiled &&
		slices.EqualFunc(c.Questions, o.Questions, func(a, b QuestionCount) bool {
			return a.Question == b.Question && a.Ballots == b.Ballots && a.Blank == b.Blank && a.Spoiled == b.Spoiled && slices.Equal(a.Votes, b.Votes)
		})
}

// Reconcile adds the paper of a poll up. A recorded poll is read sheet by sheet, a
// secret one in bundles that belong to nobody.
func (c PaperCount) Reconcile(recorded bool) Reconciliation {
	var r Reconciliation
	for _, s := range c.Stations {
		if s.Void() { // set aside unread
			r.VoidBoxes = append(r.VoidBoxes, s.Station)
			continue
		}
		r.Issued += s.Issued
		r.Exchanged += s.Exchanged
		r.HandedBack += s.HandedBack
		switch {
		case s.Recovered == nil:
			r.Faults = append(r.Faults, PaperFault{Problem: "not_opened", Station: s.Station, Want: s.Outstanding()})
		case *s.Recovered > s.Outstanding():
			r.Faults = append(r.Faults, PaperFault{Problem: "more_than_issued", Station: s.Station, Had: *s.Recovered, Want: s.Outstanding()})
			fallthrough
		default:
			r.Recovered += *s.Recovered
		}
	}
	r.Unreturned = r.Issued - r.Exchanged - r.HandedBack - r.Recovered
	sheets := 0
	for _, b := range c.Bundles {
		read, agreed := b.Agreed()
		switch {
		case !agreed && len(b.Counts) < 2:
			r.Faults = append(r.Faults, PaperFault{Problem: "read_once", Bundle: b.ID, Had: len(b.Counts), Want: 2})
		case !agreed:
			r.Faults = append(r.Faults, PaperFault{Problem: "readings_differ", Bundle: b.ID})
		}
		if recorded != (b.Person != "") || recorded && read.Sheets != 1 {
			r.Faults = append(r.Faults, PaperFault{Problem: "sheets_differ", Bundle: b.ID, Had: read.Sheets, Want: 1})
		}
		sheets += read.Sheets
		r.Spoiled += read.Spoiled
		r.Valid += read.Sheets - read.Spoiled
	}
	switch {
	case sheets < r.Recovered:
		r.Faults = append(r.Faults, PaperFault{Problem: "not_read", Had: sheets, Want: r.Recovered})
	case sheets > r.Recovered:
		r.Faults = append(r.Faults, PaperFault{Problem: "sheets_differ", Had: sheets, Want: r.Recovered})
	}
	return r
}

// Spoiled is what a paper ballot says where it cannot be read or breaks the rules of
// the ballot 废票. Nobody casts it on the web.
const Spoiled Choice = "spoiled"

// maxSheets bounds a bundle: more are not read in one go.
const maxSheets = 10_000

// Sheets checks what a person read from a bundle against the form of the poll, as a
// Refusal of its fields, and gives it in one way only: the questions and options in
// the order of the form, so that equal readings are equal values.
func (f BallotForm) Sheets(c SheetCount) (SheetCount, error) {
	var wrong []FieldProblem
	problem := func(field, problem string, limit int) {
		wrong = append(wrong, FieldProblem{Field: field, Problem: problem, Limit: limit})
	}
	switch {
	case c.Sheets < 1:
		problem("sheets", "not_a_number", 0)
	case c.Sheets > maxSheets:
		problem("sheets", "too_many", maxSheets)
	}
	for _, n := range []struct {
		field string
		count int
	}{{"yes", c.Yes}, {"no", c.No}, {"abstain", c.Abstain}, {"spoiled", c.Spoiled}} {
		if n.count < 0 || n.count > maxSheets {
			problem(n.field, "not_a_number", 0)
		}
	}
	if len(wrong) > 0 {
		return c, &Refusal{Code: RefuseInvalid, Fields: wrong}
	}
	if len(f) == 0 {
		if sum := c.Yes + c.No + c.Abstain + c.Spoiled; sum != c.Sheets {
			problem("sheets", "does_not_add_up", sum)
		}
		if len(c.Questions) > 0 {
			problem("questions", "unexpected", 0)
		}
	} else {
		if c.Yes+c.No+c.Abstain > 0 {
			problem("yes", "unexpected", 0)
		}
		if c.Spoiled > c.Sheets {
			problem("spoiled", "too_many", c.Sheets)
		}
		var read []QuestionCount
		for i, q := range f {
			n, bad := q.sheets(c)
			if bad != "" {
				problem(fmt.Sprintf("questions.%d", i+1), bad, c.Sheets)
			}
			read = append(read, n)
		}
		if len(c.Questions) != len(f) {
			problem("questions", "unexpected", len(f))
		}
		c.Questions = read
	}
	if len(wrong) > 0 {
		return c, &Refusal{Code: RefuseInvalid, Fields: wrong}
	}
	return c, nil
}

// sheets gives what was read of one question in its order, and what is wrong with it.
func (q BallotQuestion) sheets(c SheetCount) (QuestionCount, string) {
	n := QuestionCount{Question: q.ID, Ballots: c.Sheets}
	i := slices.IndexFunc(c.Questions, func(r QuestionCount) bool { return r.Question == q.ID })
	if i < 0 {
		return n, "required"
	}
	read := c.Questions[i]
	n.Blank, n.Spoiled = read.Blank, read.Spoiled
	left, sum, most := len(read.Votes), 0, 0
	for _, o := range q.options() {
		votes := read.Of(o)
		if votes < 0 || votes > c.Sheets {
			return n, "not_a_number"
		}
		if slices.ContainsFunc(read.Votes, func(v OptionCount) bool { return v.Option == o }) {
			left--
		}
		sum, most = sum+votes, max(most, votes)
		n.Votes = append(n.Votes, OptionCount{o, votes})
	}
	if q.WriteIn {
		for _, o := range q.writtenIn(named(read.Votes)) {
			votes := read.Of(o)
			if votes < 1 || votes > c.Sheets || !q.offers(o) {
				return n, "not_a_number"
			}
			left--
			sum, most = sum+votes, max(most, votes)
			n.Votes = append(n.Votes, OptionCount{o, votes})
		}
	}
	answered := c.Sheets - n.Blank - n.Spoiled
	switch {
	case left != 0: // an option that is not on the ballot, or one twice
		return n, "not_a_choice"
	case read.Ballots != c.Sheets, n.Blank < 0, n.Spoiled < c.Spoiled, answered < 0, most > answered, sum < answered,
		q.Kind == MotionQuestion && sum > answered, q.Kind == SeatsQuestion && sum > answered*q.Seats:
		return n, "does_not_add_up"
	}
	return n, ""
}

// named gives the options that were counted.
func named(votes []OptionCount) []string {
	options := make([]string, len(votes))
	for i, v := range votes {
		options[i] = v.Option
	}
	return options
}

// SheetLine is what the one sheet of a person says, as a box holds a ballot. A
// spoiled answer stands as Spoiled, which CountAnswers counts as such.
func (f BallotForm) SheetLine(c SheetCount) string {
	if len(f) == 0 {
		switch {
		case c.Yes == 1:
			return string(Yes)
		case c.No == 1:
			return string(No)
		case c.Abstain == 1:
			return string(Abstain)
		}
		return string(Spoiled)
	}
	parts := make([]string, len(c.Questions))
	for i, q := range c.Questions {
		var chosen []string
		for _, v := range q.Votes {
			if v.Votes == 1 {
				chosen = append(chosen, v.Option)
			}
		}
		if q.Spoiled == 1 {
			chosen = []string{string(Spoiled)}
		}
		parts[i] = string(q.Question) + "=" + strings.Join(chosen, ",")
	}
	return strings.Join(parts, ";")
}

// AddSheets adds what the paper of a secret poll says to the count of its other
// ballots. In a recorded poll each sheet is counted as its person's ballot instead.
func (c *Count) AddSheets(paper PaperCount) {
	for _, b := range paper.Bundles {
		read, agreed := b.Agreed()
		if !agreed {
			continue
		}
		c.Tally.Yes += read.Yes
		c.Tally.No += read.No
		c.Tally.Abstain += read.Abstain
		if len(c.Questions) == 0 {
			c.Tally.Spoiled += read.Spoiled
		}
		for i, q := range read.Questions {
			if i < len(c.Questions) {
				c.Questions[i].add(q)
			}
		}
	}
}

func (c *QuestionCount) add(o QuestionCount) {
	c.Ballots += o.Ballots
	c.Blank += o.Blank
	c.Spoiled += o.Spoiled
	for _, v := range o.Votes {
		i := slices.IndexFunc(c.Votes, func(w OptionCount) bool { return w.Option == v.Option })
		if i < 0 { // written in on paper only
			c.Votes, i = append(c.Votes, OptionCount{Option: v.Option}), len(c.Votes)
		}
		c.Votes[i].Votes += v.Votes
	}
}

// Refusal tells what does not add up, a field for each fault; nil where all does.
func (r Reconciliation) Refusal() *Refusal {
	if len(r.Faults) == 0 {
		return nil
	}
	no := Refuse(RefuseUnreconciled)
	for _, f := range r.Faults {
		field := cmp.Or(f.Station, f.Bundle, "paper")
		no.Fields = append(no.Fields, FieldProblem{Field: field, Problem: f.Problem, Limit: f.Want})
	}
	return no
}

// Counters are those who counted the sheets of a box or read a bundle: none of them
// signs as the scrutineer 监票人.
func (c PaperCount) Counters() (ids []PersonID) {
	for _, s := range c.Stations {
		ids = append(ids, s.By)
	}
	for _, b := range c.Bundles {
		for _, read := range b.Counts {
			ids = append(ids, read.By)
		}
	}
	return ids
}

// SHA256 is the SHA-256, in hex, of the count's JSON.
func (c PaperCount) SHA256() (string, error) {
	text, err := json.Marshal(c)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}
