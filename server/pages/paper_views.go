package pages

import (
	"slices"
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// PaperPoll is a poll that hands out paper, with what it asks.
type PaperPoll struct {
	Page
	P    deliberation.Process
	Poll deliberation.Poll
	Text string
	// Asked are the questions of its form, none for one motion.
	Asked   []PaperQuestion
	Problem *Problem
}

// PaperQuestion is a question as it is printed on the ballot.
type PaperQuestion struct {
	ID    deliberation.QuestionID
	Title string
	// Options are who or what may be chosen, Seats of them; none for a motion.
	Options []Option
	Seats   int
	// WriteIn is how many empty lines are printed for somebody else 另选他人.
	WriteIn int
}

// Field names the field of a form for a number of the question.
func (q PaperQuestion) Field(what string) string { return "q." + string(q.ID) + "." + what }

// writtenIn reports whether the choice stands for somebody who was written in.
func (q PaperQuestion) writtenIn(choice string) bool {
	return q.WriteIn > 0 && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == choice })
}

// WrittenIn gives those whom a reading counts and who stand on no list.
func (p PaperPoll) WrittenIn(c deliberation.SheetCount) (ids []deliberation.PersonID) {
	for _, q := range p.Asked {
		for _, n := range c.Questions {
			for _, v := range n.Votes {
				if n.Question == q.ID && q.writtenIn(v.Option) {
					ids = append(ids, deliberation.PersonID(v.Option))
				}
			}
		}
	}
	return ids
}

// OptionsOf gives what a ballot may say to the question.
func (p PaperPoll) OptionsOf(q PaperQuestion) []Option {
	if len(q.Options) > 0 {
		return q.Options
	}
	var list []Option
	for _, c := range deliberation.Choices {
		list = append(list, Option{Value: string(c), Label: p.ChoiceName(c)})
	}
	return list
}

// NumberFields names the fields of a reading.
func (p PaperPoll) NumberFields() []string {
	list := []string{"sheets", "yes", "no", "abstain", "spoiled"}
	for _, q := range p.Asked {
		for _, o := range p.OptionsOf(q) {
			list = append(list, q.Field(o.Value))
		}
		list = append(list, q.Field("blank"), q.Field("spoiled"), q.Field("written"))
	}
	return list
}

// Heading names what is voted on.
func (p PaperPoll) Heading() string {
	if p.Poll.Motion != "" && p.Text != "" && p.P.Kind != deliberation.ElectionKind {
		return FirstLine(p.Text)
	}
	return p.P.Matter.Title
}

func (p PaperPoll) path(page string) string { return "/polls/" + string(p.Poll.ID) + "/" + page }

func (p PaperPoll) open() bool {
	return p.Poll.State == deliberation.PollOpen && !p.Now.After(p.Poll.Closes)
}

// PaperDeskView is the table where paper ballots are handed out 发票台.
type PaperDeskView struct {
	PaperPoll
	Stations []deliberation.StationCount
	// Channel and Station are the box that ballots are handed out for.
	Channel deliberation.Channel
	Station string
	Search  string
	Looked  bool
	Lines   []PaperDeskLine
	// More is how many were found and are not listed.
	More int
}

// PaperDeskLine is somebody on the roll, as the table sees them.
type PaperDeskLine struct {
	Person deliberation.Person
	Voted  bool
	// Out is their paper ballot, nil where they have none.
	Out *deliberation.PaperBallot
	// Agent is who may take it for them; its id is empty where nobody may.
	Agent deliberation.Person
}

func (v PaperDeskView) channelOptions() []Option {
	var list []Option
	for _, c := range deliberation.PaperChannels {
		list = append(list, Option{Value: string(c), Label: v.S("channel_" + string(c))})
	}
	return list
}

func (l PaperDeskLine) exchanged() int {
	if l.Out == nil {
		return 0
	}
	return l.Out.Exchanged
}

// PaperCountView is where the paper is counted 计票.
type PaperCountView struct {
	PaperPoll
	Count deliberation.PaperCount
	Adds  deliberation.Reconciliation
	Names Names
	// Sheets are those whose sheet may be read, in a recorded poll.
	Sheets []deliberation.PersonID
	Form   PaperForm
}

// PaperForm is what was typed of a reading.
type PaperForm struct {
	Bundle, Person, Choice string
	Numbers                map[string]string
}

func (v PaperCountView) sheetOptions() []Option {
	list := []Option{{Value: "", Label: v.S("paper_choose_sheet")}}
	for _, id := range v.Sheets {
		list = append(list, Option{Value: string(id), Label: v.Names.Of(id)})
	}
	return list
}

func (v PaperCountView) readOptions() []Option {
	var list []Option
	for _, c := range append(deliberation.Choices[:len(deliberation.Choices):len(deliberation.Choices)], deliberation.Spoiled) {
		list = append(list, Option{Value: string(c), Label: v.ChoiceName(c)})
	}
	return append(list, Option{Value: "none", Label: v.S("paper_take_back")})
}

func (v PaperCountView) bundleName(b deliberation.Bundle) string {
	if b.Person != "" {
		return v.Names.Of(b.Person)
	}
	return b.ID
}

// readLine says what somebody read, or that it is hidden until another has read.
func (v PaperCountView) readLine(c deliberation.SheetCount) string {
	if c.Sheets == 0 {
		return v.S("paper_read_hidden", "Name", v.Names.Of(c.By))
	}
	line := v.S("paper_read_line", "Name", v.Names.Of(c.By), "Sheets", c.Sheets, "Spoiled", c.Spoiled)
	if len(c.Questions) == 0 {
		line += v.S("paper_read_votes", "Yes", c.Yes, "No", c.No, "Abstain", c.Abstain)
	}
	return line
}

// readAnswers says what somebody read to each question, a line each.
func (v PaperCountView) readAnswers(c deliberation.SheetCount) (lines []string) {
	for _, q := range v.Asked {
		for _, n := range c.Questions {
			if n.Question != q.ID || c.Sheets == 0 {
				continue
			}
			line := q.Title + v.S("colon")
			for _, o := range v.OptionsOf(q) {
				line += v.S("paper_read_option", "Name", o.Label, "N", n.Of(o.Value))
			}
			for _, o := range n.Votes {
				if q.writtenIn(o.Option) {
					line += v.S("paper_read_option", "Name", v.Names.Of(deliberation.PersonID(o.Option)), "N", o.Votes)
				}
			}
			lines = append(lines, line+v.S("paper_read_rest", "Blank", n.Blank, "Spoiled", n.Spoiled))
		}
	}
	return lines
}

func bundleTone(b deliberation.Bundle) Tone {
	if _, agreed := b.Agreed(); agreed {
		return Good
	}
	if len(b.Counts) < 2 {
		return Wait
	}
	return Bad
}

func (v PaperCountView) bundleWord(b deliberation.Bundle) string {
	switch bundleTone(b) {
	case Good:
		return v.S("paper_agreed")
	case Wait:
		return v.S("paper_read_once")
	}
	return v.S("paper_differ")
}

// faultSentence says what does not add up, and where.
func (v PaperCountView) faultSentence(f deliberation.PaperFault) string {
	where := f.Station
	for _, b := range v.Count.Bundles {
		if f.Bundle == b.ID && b.ID != "" {
			where = v.bundleName(b)
		}
	}
	key := "fault_" + f.Problem
	if where == "" && v.Has(key+"_whole") {
		key += "_whole"
	}
	return v.S(key, "Where", where, "Had", f.Had, "Want", f.Want)
}

func recoveredText(c deliberation.StationCount) string {
	if c.Recovered == nil {
		return "—"
	}
	return strconv.Itoa(*c.Recovered)
}

func unreturnedText(c deliberation.StationCount) string {
	if c.Recovered == nil {
		return "—"
	}
	return strconv.Itoa(c.Outstanding() - *c.Recovered)
}

// PaperPrintView is what is printed: the ballot, and the list of those who took one.
type PaperPrintView struct {
	PaperPoll
	List  []deliberation.PaperBallot
	Names Names
}

func (v PaperPrintView) takenBy(b deliberation.PaperBallot) string {
	if b.Agent == "" {
		return v.Names.Of(b.Person)
	}
	return v.Names.Of(b.Person) + v.S("in_brackets", "What", v.S("paper_agent")+" "+v.Names.Of(b.Agent))
}
