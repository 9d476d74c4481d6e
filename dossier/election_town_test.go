package dossier

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// elect plays the facts of an election in the town, with the postings, the paper and the
// signatures that go with them: a dossier is made of them.
func (c *town) elect(x *anElection) *town {
	c.t.Helper()
	c.pack(x.pack.ID)
	c.kind, c.now = x.pack.Kind, x.facts[0].At
	x.matter.Title, x.matter.Summary = "换届选举", "选举新一届委员会。"
	c.process.Kind, c.process.Matter, c.process.Started = deliberation.ElectionKind, x.matter, deliberation.DateOf(c.now)
	c.process.Matter.Election = x.facts[0].Value.(*deliberation.StartedData).Election
	c.sheets, c.holders = map[deliberation.PollID]deliberation.PaperCount{}, map[deliberation.PollID][]deliberation.PaperBallot{}
	c.elected = electionRecord{list: x.data.lines(), lodged: x.data.nominations, people: x.data.known(x.names), kin: x.data.kin()}
	c.stage = deliberation.ElectionPreparing
	var hanging []func()
	voted := false
	for i := range x.facts {
		f := x.facts[i]
		for _, ref := range paperRefs(deliberation.NewFact(f.Kind, f.Stage, f.Subject, f.Value).Data) {
			c.paperOf[ref.ID] = deliberation.Paper{PaperRef: ref, Author: "p-clerk", MediaType: "text/plain; charset=utf-8", Content: []byte(ref.ID)}
		}
		if c.now.Before(f.At) {
			c.now = f.At
		}
		switch d := f.Value.(type) {
		case *deliberation.StartedData:
			c.startElection(d)
			continue
		case *deliberation.StageData:
			if c.rounds[deliberation.ElectionPreparing] > 0 {
				c.say(deliberation.FactOutcome, string(c.process.ID), "", "", deliberation.OutcomeData{Outcome: deliberation.Carried, Next: f.Stage})
			}
			if f.Stage == deliberation.ElectionResult { // declared as the vote ends
				j := slices.IndexFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactDeclared })
				c.enter(f.Stage)
				for _, end := range hanging {
					end()
				}
				d := x.facts[j].Value.(*deliberation.ElectionDeclaredData)
				c.hang(deliberation.FactDeclared, d.Paper, x.rules.ResultDays, deliberation.DaysRule{})()
				c.say(deliberation.FactFiled, string(c.process.ID), "k2", onCommittee, deliberation.PaperData{Paper: c.file(deliberation.PaperFiling)})
				continue
			}
			c.enter(f.Stage)
			continue
		case *deliberation.OutcomeData:
			c.mark(deliberation.MarkClosing)
			c.say(deliberation.FactOutcome, string(c.process.ID), "", "", deliberation.OutcomeData{Outcome: d.Outcome, Next: deliberation.Archive})
			c.end(d.Outcome)
			return c
		case *deliberation.MotionData:
			if !voted {
				voted = true
				for _, g := range x.facts[i:] {
					if m, ok := g.Value.(*deliberation.MotionData); ok {
						c.say(g.Kind, g.Subject, "", "", m)
					}
				}
				c.electionDay(x)
			}
			continue
		case *deliberation.NoticeData, *deliberation.RollData, *deliberation.CountData:
			continue
		case *deliberation.ElectionStepData:
			d.Late = deliberation.DateOf(c.now).After(d.Due)
		}
		if f.Kind == deliberation.FactDeclared {
			continue // said before the stage was left
		}
		c.say(f.Kind, f.Subject, f.Actor, f.Office, f.Value)
		switch d := f.Value.(type) {
		case *deliberation.ElectorsData:
			hanging = append(hanging, c.hang(deliberation.FactElectors, c.file(deliberation.PaperElection), x.rules.ListDays, x.rules.ObjectionDays))
		case *deliberation.CandidatesData:
			hanging = append(hanging, c.hang(deliberation.FactCandidates, c.file(deliberation.PaperElection), d.Days, deliberation.DaysRule{}))
		case *deliberation.ElectionRoundData:
			c.signElection()
			j := slices.IndexFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactDeclared })
			c.paperOf["result"] = deliberation.Paper{PaperRef: aPaper("result"), Author: "k2", MediaType: "text/plain; charset=utf-8", Content: []byte("result")}
			c.say(deliberation.FactDeclared, string(c.process.ID), "k2", onCommittee, x.facts[j].Value)
		}
	}
	return c
}

func (c *town) startElection(d *deliberation.StartedData) {
	m := c.process.Matter
	matter, err := json.Marshal(m)
	if err != nil {
		c.t.Fatal(err)
	}
	c.say(deliberation.FactStarted, string(c.process.ID), c.process.StartedBy, c.process.Office, deliberation.StartedData{
		Community: c.process.Community, Kind: c.kind, Pack: c.process.Pack, Started: c.process.Started, Process: deliberation.ElectionKind,
		Category: m.Category, Affected: m.Affected, Origin: m.Origin, Form: m.Form, MatterSHA256: sum(matter), Clock: c.process.Clock, Election: d.Election,
	})
}

// hang posts a paper with its photo, and gives what takes it down once its days are over.
func (c *town) hang(_ deliberation.FactKind, paper deliberation.PaperRef, days, objections deliberation.DaysRule) func() {
	id, on := deliberation.PostingID(c.name("b")), deliberation.DateOf(c.now)
	d := deliberation.PostedData{Paper: paper, Posted: c.now, DisplayDays: days, DisplayUntil: deliberation.DisplayEnd(on, days.Days).End()}
	if objections.Key != "" {
		d.ObjectionDays, d.ObjectionsUntil = objections, deliberation.DisplayEnd(on, objections.Days).End()
	}
	c.say(deliberation.FactPosted, string(id), "k2", onCommittee, d)
	c.say(deliberation.FactPostingProof, string(id), "k2", onCommittee, deliberation.PaperData{Paper: c.file(deliberation.PaperPhoto)})
	list := c.stage != deliberation.ElectionResult
	return func() {
		if !list {
			c.now = d.DisplayUntil
		}
		c.say(deliberation.FactPostingEnded, string(id), "", "", d)
	}
}

// electionDay holds the vote of the first round on paper.
func (c *town) electionDay(x *anElection) {
	meeting, id := deliberation.MeetingID("m1"), deliberation.PollID("q1")
	notice := x.rules.AnnounceDays
	starts := x.setup.Day.At(8, 0)
	c.say(deliberation.FactNotice, string(meeting), "k2", onCommittee, deliberation.NoticeData{Body: deliberation.Electors, Starts: starts, NoticeDays: notice, Paper: c.file(deliberation.PaperNotice)})
	c.now = starts.Add(-20 * time.Hour)
	c.say(deliberation.FactMandates, string(meeting), "", "", deliberation.MandatesData{Meeting: meeting, SHA256: sum(nil), Rule: x.rules.ProxyMost})
	c.now = starts
	var ids []deliberation.PersonID
	for _, l := range x.data.lines() {
		if l.In {
			ids = append(ids, l.Person.ID)
			c.rolls[meeting] = append(c.rolls[meeting], deliberation.RollLine{Person: l.Person})
			c.ballots[id] = append(c.ballots[id], deliberation.BallotLine{Person: l.Person})
		}
	}
	c.say(deliberation.FactRoll, string(meeting), "", "", deliberation.RollData{Body: deliberation.Electors, Count: len(ids), RollSHA256: sum(rollText(ids))})
	text := c.file(deliberation.PaperNotice)
	c.say(deliberation.FactPaper, string(meeting), "k2", onCommittee, deliberation.PaperData{Paper: text})
	c.say(deliberation.FactPollOpened, string(id), "k2", onCommittee, deliberation.RollData{Body: deliberation.Electors, Count: len(ids), RollSHA256: sum(rollText(ids)), Closes: x.setup.Day.End(), Text: text})
	c.polls = append(c.polls, deliberation.Poll{ID: id, Secret: true, OnPaper: true, PaperOnly: true, Whole: true})
	c.boxes[id] = deliberation.OpenedBox{}
	paper := x.sheets[id]
	paper.Stations[0].By = "t1"
	c.sheets[id] = paper
	for _, who := range ids[:paper.Stations[0].Issued] {
		c.holders[id] = append(c.holders[id], deliberation.PaperBallot{PaperIssue: deliberation.PaperIssue{Poll: id, Person: who}})
	}
	c.say(deliberation.FactCasting, string(id), "k2", onCommittee, deliberation.CastingData{Meeting: meeting, Issued: paper.Stations[0].Issued})
	hash, err := paper.SHA256()
	if err != nil {
		c.t.Fatal(err)
	}
	c.say(deliberation.FactSigned, string(id), "p-sup", deliberation.Supervisor, deliberation.SignedData{Paper: deliberation.PaperRef{SHA256: hash}, As: scrutineer})
	adds := paper.Reconcile(false)
	read, _ := paper.Bundles[0].Agreed()
	c.say(deliberation.FactPollClosed, string(id), "k2", onCommittee, deliberation.CountData{
		Meeting: meeting, Tally: deliberation.Tally{Due: len(ids), Voters: len(ids), Taken: len(c.holders[id])}, Questions: read.Questions,
		BallotsSHA256: sum(nil), ReceiptsSHA256: sum(nil), Paper: &adds, PaperSHA256: hash,
	})
}

// signElection signs the minutes of the vote.
func (c *town) signElection() {
	minutes := c.file(deliberation.PaperMinutes)
	c.say(deliberation.FactPaper, "m1", "p-clerk", deliberation.Clerk, deliberation.PaperData{Paper: minutes})
	c.say(deliberation.FactSigned, "m1", "p-clerk", deliberation.Clerk, deliberation.SignedData{Paper: minutes, As: "recorder"})
	c.say(deliberation.FactSigned, "m1", "k2", onCommittee, deliberation.SignedData{Paper: minutes, As: "chair"})
}

func TestADossierOfAnElectionVerifies(t *testing.T) {
	c := newTown(t).elect(newElection(t, "village-2026").until().vote(clear).done())
	z := c.zip()
	if r := Verify(z, c.options()); !r.OK() || r.Outcome != deliberation.Carried {
		t.Fatal(report(t, r))
	}
	files := opened(t, z)
	for _, name := range []string{electorsFile, nominationsFile, electedFile} {
		if len(files[name]) == 0 {
			t.Errorf("%s is missing", name)
		}
	}
	d, problems := parse(files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	forms := Forms(d)
	if len(forms) != 1 || forms[0].Election == nil {
		t.Fatalf("%+v", forms)
	}
	f := forms[0].Election
	if len(f.Archive) != 47 || len(f.Notices) != 18 || len(f.Seated) != 3 || f.Seated[0].Name == "" || f.Electors != 35 || len(f.Steps) != 3 {
		t.Errorf("%+v", f)
	}
	if f.Archive[11].Kept != "登记簿" || len(f.Archive[11].Entries) == 0 || f.Archive[31].Kept != "无" || f.Archive[8].Kept != "纸质另存" {
		t.Errorf("the archive: %+v, %+v, %+v", f.Archive[8], f.Archive[11], f.Archive[31])
	}
}

// Files that the seal alone protects are held against the register.
func TestForgedFilesOfAnElectionAreFound(t *testing.T) {
	for name, forge := range map[string]func(files contents){
		"an elector exchanged": func(files contents) {
			files[electorsFile] = []byte(replaced(t, string(files[electorsFile]), `"e05"`, `"ghost"`))
		},
		"a signer exchanged": func(files contents) {
			files[nominationsFile] = []byte(replaced(t, string(files[nominationsFile]), `"e05"`, `"e25"`))
		},
		"a near relative hidden": func(files contents) {
			files[electedFile] = []byte(replaced(t, string(files[electedFile]), `"b": "b"`, `"b": "e01"`))
		},
		"a woman made a man": func(files contents) {
			files[electedFile] = []byte(replaced(t, string(files[electedFile]), `"female"`, `"male"`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t).elect(newElection(t, "village-2026").until().vote(clear).done())
			files := opened(t, c.zip())
			forge(files)
			if r := Verify(c.resealed(files), c.options()); !slices.ContainsFunc(r.Faults(), func(f Check) bool { return f.Name == "election" }) {
				t.Errorf("not found:\n%s", report(t, r))
			}
		})
	}
}
