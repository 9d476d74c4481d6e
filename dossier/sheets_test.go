package dossier

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

func (c *town) PaperCount(_ context.Context, id deliberation.PollID) (deliberation.PaperCount, error) {
	return c.sheets[id], nil
}

func (c *town) PaperList(_ context.Context, id deliberation.PollID) ([]deliberation.PaperBallot, error) {
	return c.holders[id], nil
}

func (c *town) PublishedMandates(context.Context, deliberation.MeetingID) ([]deliberation.Mandate, error) {
	return c.agencies, nil
}

func person(i int) deliberation.PersonID { return deliberation.PersonID(fmt.Sprintf("p-r%02d", i)) }

// read is a bundle as two people read it.
func read(id string, c deliberation.SheetCount) deliberation.Bundle {
	one, other := c, c
	one.By, other.By = "p-clerk", "p-b1"
	return deliberation.Bundle{ID: id, Counts: []deliberation.SheetCount{one, other}}
}

// assembled plays a conference whose two motions stand on one secret ballot: 12 vote
// on the web, 7 took paper, of which one was exchanged and one never came back, and
// two did nothing. Before it another chair took over, and a third motion was sent up.
func assembled(c *town) *town {
	c.process.Kind = deliberation.ConferenceKind
	c.process.Matter.Category = deliberation.CategoryCovenant
	c.rulesOf(deliberation.Conference)
	c.begin(
		deliberation.Motion{ID: "m1", Category: deliberation.CategoryCovenant, Voting: deliberation.SecretVoting, OnPaper: true},
		deliberation.Motion{ID: "m2", Category: deliberation.CategoryEnvironment, Voting: deliberation.SecretVoting, OnPaper: true, Options: deliberation.OptionIDs(3), Seats: 2, Together: true},
		deliberation.Motion{ID: "m3", Category: deliberation.CategoryFunds, Voting: deliberation.HandsVoting},
	)
	c.ballot = func(m deliberation.MeetingID, roll []deliberation.RollLine, a deliberation.Attendance) bool {
		hands := func(rule deliberation.MajorityRule, yes int) deliberation.Verdict {
			return deliberation.Passing([]deliberation.MajorityRule{rule}, a, deliberation.Tally{Due: 21, Present: 21, Voters: 21, Yes: yes, No: 21 - yes})
		}
		c.took = "p-c1"
		why := c.file(deliberation.PaperReason)
		c.say(deliberation.FactChair, string(m), "p-c1", deliberation.CommitteeMember, deliberation.ChairData{
			Meeting: m, Before: "p-dir", Chair: "p-c1", Paper: why, Verdict: hands(c.conference.Meeting.ChairInterest, 15),
		})
		c.say(deliberation.FactSentUp, string(m), "p-c1", deliberation.CommitteeMember, deliberation.SentUpData{Motion: "m3", Verdict: hands(c.conference.ToAssembly, 12)})
		form := deliberation.BallotForm{c.motions[0].Question(), c.motions[1].Question()}
		id := deliberation.PollID(c.name("p"))
		c.polls = append(c.polls, deliberation.Poll{ID: id, Secret: true, Form: form, OnPaper: true})
		var voters []deliberation.PersonID
		for _, l := range roll {
			voters = append(voters, l.Person.ID)
			c.ballots[id] = append(c.ballots[id], deliberation.BallotLine{Person: l.Person})
		}
		c.say(deliberation.FactPollOpened, string(id), "p-c1", deliberation.CommitteeMember, deliberation.RollData{
			Body: deliberation.Conference, Count: 21, RollSHA256: sum(rollText(voters)), Closes: c.now.Add(72 * time.Hour), Text: c.motions[0].Paper,
		})
		c.minutes(30)
		var answers [][]deliberation.Answer
		var box deliberation.OpenedBox
		for i := range 12 {
			given := []deliberation.Answer{{Question: "m1", Choices: []string{"yes"}}, {Question: "m2", Choices: []string{"o1", []string{"o2", "o3"}[i%2]}}}
			answers = append(answers, given)
			box.Lines, box.Receipts = append(box.Lines, form.Line(given)), append(box.Receipts, fmt.Sprintf("R-%02d", i))
		}
		c.boxes[id] = box
		c.paper(id, 12, read("第一捆", deliberation.SheetCount{Sheets: 6, Questions: []deliberation.QuestionCount{
			{Question: "m1", Ballots: 6, Spoiled: 1, Votes: []deliberation.OptionCount{{Option: "yes", Votes: 3}, {Option: "no", Votes: 2}, {Option: "abstain"}}},
			{Question: "m2", Ballots: 6, Blank: 1, Votes: []deliberation.OptionCount{{Option: "o1", Votes: 2}, {Option: "o2", Votes: 5}, {Option: "o3"}}},
		}}))
		return c.certify(m, id, form, deliberation.Count{Questions: form.CountAnswers(answers)}, a, "p-c1", deliberation.CommitteeMember)
	}
	c.rest()
	return c
}

// rulesOf gives the conference the rules of the body.
func (c *town) rulesOf(body deliberation.Body) {
	pack, err := c.law.Pinned(c.process.Pack)
	if err != nil {
		c.t.Fatal(err)
	}
	rules, err := deliberation.ConferenceOf(pack, body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.conference, c.process.Matter.Form = &rules, body
	c.sheets, c.holders = map[deliberation.PollID]deliberation.PaperCount{}, map[deliberation.PollID][]deliberation.PaperBallot{}
}

// begin starts the conference and puts the motions on its agenda.
func (c *town) begin(motions ...deliberation.Motion) {
	c.call()
	for _, m := range motions {
		m.Paper = c.file(deliberation.PaperMotion)
		c.motions = append(c.motions, m)
		c.say(deliberation.FactMotion, m.ID, "p-clerk", deliberation.Clerk, deliberation.MotionData{Motion: m})
	}
	c.leave(deliberation.Carried)
}

// paper hands 7 sheets out from the member of the number on, of which one is
// exchanged and one never comes back, and has the bundles read.
func (c *town) paper(id deliberation.PollID, from int, bundles ...deliberation.Bundle) {
	recovered := 6
	c.sheets[id] = deliberation.PaperCount{
		Stations: []deliberation.StationCount{{Station: "会场", Channel: deliberation.TableChannel, Issued: 8, Exchanged: 1, Recovered: &recovered, By: "p-clerk"}},
		Bundles:  bundles,
	}
	for i := range 7 {
		c.holders[id] = append(c.holders[id], deliberation.PaperBallot{PaperIssue: deliberation.PaperIssue{Poll: id, Person: person(from + i)}})
	}
}

// certify counts the paper with the rest, signs it, and reaches the verdicts.
func (c *town) certify(m deliberation.MeetingID, id deliberation.PollID, form deliberation.BallotForm, n deliberation.Count, a deliberation.Attendance, chair deliberation.PersonID, office deliberation.Office) (carried bool) {
	c.say(deliberation.FactCasting, string(id), chair, office, deliberation.CastingData{Meeting: m, Issued: 8})
	paper := c.sheets[id]
	hash, err := paper.SHA256()
	if err != nil {
		c.t.Fatal(err)
	}
	c.say(deliberation.FactSigned, string(id), "p-sup", deliberation.Supervisor, deliberation.SignedData{Paper: deliberation.PaperRef{SHA256: hash}, As: scrutineer})
	closed := deliberation.CountData{Meeting: m, PaperSHA256: hash}
	box, secret := c.boxes[id]
	n.Tally.Due, n.Tally.Present, n.Tally.Voters = 21, a.Whole.Present, 21
	if secret {
		n.AddSheets(paper)
		closed.BallotsSHA256, closed.ReceiptsSHA256 = sum(lineText(box.Lines)), sum(lineText(box.Receipts))
	} else {
		var cast []choice
		for _, l := range c.ballots[id] {
			if l.Voted {
				cast = append(cast, choice{l.Person.ID, l.Choice})
			}
		}
		closed.BallotsSHA256 = sum(ballotText(cast))
	}
	adds := paper.Reconcile(!secret)
	closed.Tally, closed.Questions, closed.Paper = n.Tally, n.Questions, &adds
	c.say(deliberation.FactPollClosed, string(id), chair, office, closed)
	if len(form) == 0 {
		v := deliberation.Passing(c.conference.PassingOf(c.motions[0].Category), a, n.Tally)
		c.say(deliberation.FactPassing, string(id), chair, office, deliberation.VerdictData{Meeting: m, Verdict: v})
		return v.Met
	}
	for _, v := range form.DecideEach(func(string) []deliberation.MajorityRule { return c.conference.Meeting.Passing }, a, n.Tally, n.Questions) {
		c.say(deliberation.FactPassing, string(id), chair, office, deliberation.VerdictData{Meeting: m, Verdict: v.Verdict, Motion: v.Motion, Chosen: v.Chosen, Tied: v.Tied})
		carried = carried || v.Verdict.Met
	}
	return carried
}

// owned plays an owners' meeting on a special matter: 12 vote on the web, two of them
// through an agent, 7 took paper with their names.
func owned(c *town) *town {
	c.process.Kind, c.process.Matter.Category, c.process.Matter.Estate = deliberation.ConferenceKind, deliberation.CategoryOwners, "e-1"
	c.process.Matter.Authorisation = ""
	c.rulesOf(deliberation.OwnersMeeting)
	c.absent = 21
	c.begin(deliberation.Motion{ID: "m1", Category: deliberation.OwnersFundRaise, Voting: deliberation.RecordedVoting, OnPaper: true})
	c.agencies = []deliberation.Mandate{{Principal: person(1), Agent: person(0)}, {Principal: person(2), Agent: person(0)}}
	c.ballot = func(m deliberation.MeetingID, roll []deliberation.RollLine, a deliberation.Attendance) bool {
		lines := []string{"p-r01 p-r00", "p-r02 p-r00"}
		c.say(deliberation.FactMandates, string(m), "", "", deliberation.MandatesData{Meeting: m, Count: 2, SHA256: sum(lineText(lines)), Rule: c.conference.Meeting.Proxy.Most})
		id := deliberation.PollID(c.name("p"))
		c.polls = append(c.polls, deliberation.Poll{ID: id, OnPaper: true, Whole: true})
		var voters []deliberation.PersonID
		area := deliberation.AreaTally{}
		n := deliberation.Count{Tally: deliberation.Tally{Taken: 19}}
		var bundles []deliberation.Bundle
		for i, l := range roll {
			voters = append(voters, l.Person.ID)
			area.Due += l.Area
			b := deliberation.BallotLine{Person: l.Person}
			if i < 19 {
				area.Taken += l.Area
			}
			switch {
			case i < 16: // 12 on the web and four on paper
				b.Voted, b.Choice = true, deliberation.Yes
				n.Tally.Yes++
				area.Yes += l.Area
			case i == 16:
				b.Voted, b.Choice = true, deliberation.No
				n.Tally.No++
				area.No += l.Area
			case i == 17:
				b.Voted, b.Choice = true, deliberation.Spoiled
				n.Tally.Spoiled++
			}
			if i >= 12 && i < 18 {
				s := deliberation.SheetCount{Sheets: 1}
				switch b.Choice {
				case deliberation.Yes:
					s.Yes = 1
				case deliberation.No:
					s.No = 1
				default:
					s.Spoiled = 1
				}
				bundle := read(string(l.Person.ID), s)
				bundle.Person = l.Person.ID
				bundles = append(bundles, bundle)
			}
			c.ballots[id] = append(c.ballots[id], b)
		}
		n.Tally.Area = &area
		c.say(deliberation.FactPollOpened, string(id), "p-dir", deliberation.Director, deliberation.RollData{
			Body: deliberation.OwnersMeeting, Count: 21, RollSHA256: sum(rollText(voters)), Area: area.Due, Closes: c.now.Add(15 * 24 * time.Hour), Text: c.motions[0].Paper,
		})
		c.days(10)
		c.paper(id, 12, bundles...)
		return c.certify(m, id, nil, n, a, "p-dir", deliberation.Director)
	}
	c.rest()
	return c
}

func TestDossiersOfPaperAndOwnersVerify(t *testing.T) {
	for name, play := range map[string]func(*town) *town{"a ballot of two motions with paper": assembled, "owners with agents and paper": owned} {
		c := play(newTown(t))
		if c.process.Status.Outcome != deliberation.Carried {
			t.Errorf("%s ended %s", name, c.process.Status.Outcome)
		}
		r := Verify(c.zip(), c.options())
		for _, f := range r.Faults() {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// What an insider who holds the register's key might do to a vote on paper, by
// agents, by area, or on several motions.
func TestForgedPaperAgentsAndMotionsAreFound(t *testing.T) {
	of := func(kind deliberation.FactKind) func(*deliberation.Entry) bool {
		return func(e *deliberation.Entry) bool { return e.Kind != kind }
	}
	for name, c := range map[string]struct {
		play  func(*testing.T, func(*deliberation.Entry) bool) *town
		edit  func(*deliberation.Entry) bool
		after func(*town)
		check string
	}{
		"no scrutineer signed": {assembledBy, func(e *deliberation.Entry) bool {
			return e.Kind != deliberation.FactSigned || e.Actor != "p-sup"
		}, nil, "paper_ballots"},
		"the chair signed as scrutineer": {assembledBy, func(e *deliberation.Entry) bool {
			if e.Kind == deliberation.FactSigned && e.Actor == "p-sup" {
				e.Actor = "p-c1"
			}
			return true
		}, nil, "paper_ballots"},
		"a reader signed as scrutineer": {assembledBy, func(e *deliberation.Entry) bool {
			if e.Kind == deliberation.FactSigned && e.Actor == "p-sup" {
				e.Actor = "p-b1"
			}
			return true
		}, nil, "paper_ballots"},
		"casting never ended": {assembledBy, of(deliberation.FactCasting), nil, "paper_ballots"},
		"a bundle was changed after it was certified": {assembledBy, nil, func(c *town) {
			for _, p := range c.sheets {
				for i := range p.Bundles[0].Counts {
					p.Bundles[0].Counts[i].Questions[0].Votes[0].Votes++
				}
			}
		}, "paper_ballots"},
		"more sheets than were handed out": {assembledBy, nil, func(c *town) {
			for _, p := range c.sheets {
				*p.Stations[0].Recovered = 9
			}
		}, "paper_ballots"},
		"somebody holds a sheet who cannot vote": {assembledBy, nil, func(c *town) {
			for id := range c.holders {
				c.holders[id][0].Person = "p-nobody"
			}
		}, "paper_ballots"},
		"a holder was left out": {assembledBy, nil, func(c *town) {
			for id := range c.holders {
				c.holders[id] = c.holders[id][1:]
			}
		}, "paper_ballots"},
		"another was chosen": {assembledBy, func(e *deliberation.Entry) bool {
			return changed(e, deliberation.FactPassing, func(d *deliberation.VerdictData) {
				if d.Motion == "m2" {
					d.Chosen = []deliberation.OptionID{"o3"}
				}
			})
		}, nil, "passing"},
		"a count was changed": {assembledBy, func(e *deliberation.Entry) bool {
			return changed(e, deliberation.FactPollClosed, func(d *deliberation.CountData) { d.Questions[0].Votes[0].Votes++ })
		}, nil, "tally"},
		"a motion has no verdict": {assembledBy, func(e *deliberation.Entry) bool {
			return e.Kind != deliberation.FactPassing || !holds(e, `"m2"`)
		}, nil, "passing"},
		"what was sent up is gone": {assembledBy, of(deliberation.FactSentUp), nil, "agenda"},
		"too few wanted it sent up": {assembledBy, func(e *deliberation.Entry) bool {
			return changed(e, deliberation.FactSentUp, func(d *deliberation.SentUpData) { d.Verdict.Tally.Yes = 9 })
		}, nil, "agenda"},
		"the chair was replaced by too few": {assembledBy, func(e *deliberation.Entry) bool {
			return changed(e, deliberation.FactChair, func(d *deliberation.ChairData) { d.Verdict.Tally.Yes = 9 })
		}, nil, "agenda"},
		"another signed for the chair":  {assembledBy, of(deliberation.FactChair), nil, "minutes"},
		"never filed":                   {assembledBy, of(deliberation.FactFiled), nil, "agenda"},
		"the agents were not published": {ownedBy, of(deliberation.FactMandates), nil, "agents"},
		"an agent was put in later": {ownedBy, nil, func(c *town) {
			c.agencies = append(c.agencies, deliberation.Mandate{Principal: person(3), Agent: person(4)})
		}, "agents"},
		"a mandate was passed on": {ownedBy, nil, func(c *town) {
			c.agencies[1] = deliberation.Mandate{Principal: person(0), Agent: person(2)}
		}, "agents"},
		"an area was changed": {ownedBy, nil, func(c *town) {
			for _, roll := range c.rolls {
				roll[16].Area += 100_000
			}
		}, "tally"},
		"a special matter by ordinary thresholds": {ownedBy, func(e *deliberation.Entry) bool {
			return changed(e, deliberation.FactMotion, func(d *deliberation.MotionData) { d.Motion.Category = deliberation.OwnersOther })
		}, nil, "passing"},
		"a paper ballot says otherwise than was read": {ownedBy, nil, func(c *town) {
			for id := range c.ballots {
				c.ballots[id][16].Choice = deliberation.Yes
			}
		}, "ballots"},
		"the area taking part was changed": {ownedBy, func(e *deliberation.Entry) bool {
			return changed(e, deliberation.FactPollClosed, func(d *deliberation.CountData) { d.Tally.Area.Taken += 100 })
		}, nil, "tally"},
	} {
		town := c.play(t, c.edit)
		if c.after != nil {
			c.after(town)
		}
		if r := Verify(town.zip(), town.options()); !failed(r, c.check) {
			t.Errorf("%s: not found: %+v", name, r.Faults())
		}
	}
}

// changed changes the data of an entry of the kind, and keeps every entry.
func changed[T any](e *deliberation.Entry, kind deliberation.FactKind, change func(*T)) bool {
	if e.Kind == kind {
		var d T
		if err := json.Unmarshal(e.Data, &d); err != nil {
			panic(err)
		}
		change(&d)
		e.Fact = deliberation.NewFact(e.Kind, e.Stage, e.Subject, d)
	}
	return true
}

func holds(e *deliberation.Entry, text string) bool { return strings.Contains(string(e.Data), text) }

func assembledBy(t *testing.T, edit func(*deliberation.Entry) bool) *town {
	t.Helper()
	return assembled(newTownWith(t, edit))
}

func ownedBy(t *testing.T, edit func(*deliberation.Entry) bool) *town {
	t.Helper()
	return owned(newTownWith(t, edit))
}

func newTownWith(t *testing.T, edit func(*deliberation.Entry) bool) *town {
	t.Helper()
	c := newTown(t)
	c.edit = edit
	return c
}

// A count of paper that cannot be read is found, and breaks nothing.
func TestHostileSheets(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":                     "x",
		"a list":                      "[]",
		"negative numbers":            `{"stations":[{"station":"a","channel":"table","issued":-1}],"bundles":[]}`,
		"too large":                   `{"stations":[{"station":"a","channel":"table","issued":9223372036854775807}],"bundles":[]}`,
		"another field":               `{"stations":[],"bundles":[],"more":1}`,
		"questions of another ballot": `{"stations":[],"bundles":[{"id":"b","counts":[{"by":"x","sheets":1,"questions":[{"question":"m9","ballots":1,"votes":[],"blank":0,"spoiled":0}]},{"by":"y","sheets":1,"questions":[{"question":"m9","ballots":1,"votes":[],"blank":0,"spoiled":0}]}]}]}`,
	} {
		c := assembled(newTown(t))
		files, bad := unpack(c.zip())
		if bad != nil {
			t.Fatal(bad.en)
		}
		for _, f := range files.under(sheetsDir) {
			if strings.HasSuffix(f, ".json") {
				files[f] = []byte(text)
			}
		}
		if r := Verify(c.resealed(files), c.options()); !failed(r, "content") && !failed(r, "paper_ballots") {
			t.Errorf("%s: not found: %+v", name, r.Faults())
		}
	}
}

// resealed signs files anew, as who holds the key can.
func (c *town) resealed(files contents) []byte {
	c.t.Helper()
	for _, name := range []string{manifestFile, signatureFile} {
		delete(files, name)
	}
	if err := seal(files, Manifest{Process: c.process.ID, Origin: origin, VerifierKey: c.key}, c.signer); err != nil {
		c.t.Fatal(err)
	}
	zip, err := pack(files)
	if err != nil {
		c.t.Fatal(err)
	}
	return zip
}
