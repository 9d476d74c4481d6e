package dossier

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// lie changes the data of the n-th fact of a kind.
func lie[T any](kind deliberation.FactKind, n int, tell func(e *deliberation.Entry, d *T)) func(*town) {
	return func(c *town) {
		seen := 0
		c.edit = func(e *deliberation.Entry) bool {
			if e.Kind != kind {
				return true
			}
			if seen++; seen != n {
				return true
			}
			var d T
			if err := json.Unmarshal(e.Data, &d); err != nil {
				c.t.Fatal(err)
			}
			tell(e, &d)
			e.Data, _ = json.Marshal(d)
			return true
		}
	}
}

// silent leaves the n-th fact of a kind out, as if it had never been.
func silent(kind deliberation.FactKind, n int) func(*town) {
	return func(c *town) {
		seen := 0
		c.edit = func(e *deliberation.Entry) bool {
			if e.Kind == kind {
				seen++
			}
			return e.Kind != kind || seen != n
		}
	}
}

// TestUnlawfulProcessesDoNotVerify: here the register itself was told a lie, or
// the process broke a rule, and every hash, proof and signature is right.
func TestUnlawfulProcessesDoNotVerify(t *testing.T) {
	type (
		started = deliberation.StartedData
		notice  = deliberation.NoticeData
		roll    = deliberation.RollData
		verdict = deliberation.VerdictData
		count   = deliberation.CountData
		signed  = deliberation.SignedData
		posted  = deliberation.PostedData
		mark    = deliberation.MarkData
		outcome = deliberation.OutcomeData
		objects = deliberation.ObjectionData
		opinion = deliberation.OpinionsData
		stage   = deliberation.StageData
		paper   = deliberation.PaperData
	)
	for name, crime := range map[string]struct {
		do    func(*town)
		check string
	}{
		"soliciting too short":        {lie(deliberation.FactOpinions, 1, func(_ *deliberation.Entry, d *opinion) { d.Opened = d.Opened.AddDate(0, 0, 2) }), "soliciting"},
		"soliciting by another rule":  {lie(deliberation.FactOpinions, 1, func(_ *deliberation.Entry, d *opinion) { d.Days.Days-- }), "soliciting"},
		"an opinion unanswered":       {lie(deliberation.FactOpinions, 1, func(_ *deliberation.Entry, d *opinion) { d.Answered = 0 }), "soliciting"},
		"no soliciting":               {silent(deliberation.FactOpinions, 1), "soliciting"},
		"a pack of another hash":      {lie(deliberation.FactStarted, 1, func(_ *deliberation.Entry, d *started) { d.Pack.Hash = strings.Repeat("0", 64) }), "pack"},
		"no notice":                   {silent(deliberation.FactNotice, 3), "notice"},
		"notice too short":            {lie(deliberation.FactNotice, 3, func(e *deliberation.Entry, d *notice) { d.Starts = d.Starts.AddDate(0, 0, -1) }), "notice"},
		"notice by another rule":      {lie(deliberation.FactNotice, 3, func(_ *deliberation.Entry, d *notice) { d.NoticeDays.Days = 0 }), "notice"},
		"urgent where not allowed":    {lie(deliberation.FactNotice, 3, func(_ *deliberation.Entry, d *notice) { d.Urgent = true }), "notice"},
		"another body convened":       {lie(deliberation.FactNotice, 3, func(_ *deliberation.Entry, d *notice) { d.Body = deliberation.Conference }), "notice"},
		"no roll":                     {silent(deliberation.FactRoll, 2), "roll"},
		"a roll miscounted":           {lie(deliberation.FactRoll, 2, func(_ *deliberation.Entry, d *roll) { d.Count-- }), "roll"},
		"a roll frozen too soon":      {lie(deliberation.FactRoll, 2, func(e *deliberation.Entry, _ *roll) { e.At = e.At.Add(-time.Hour) }), "roll"},
		"more present than signed in": {lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) { d.Verdict.Attendance.Whole.Present++ }), "quorum"},
		"fewer due than the roll": {lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) {
			a := d.Verdict.Attendance
			a.Whole.Due, a.Whole.Present = 5, 5
			rules := []deliberation.MajorityRule{}
			for _, c := range d.Verdict.Checks {
				rules = append(rules, c.Rule)
			}
			d.Verdict = deliberation.Quorum(rules, a)
		}), "quorum"},
		"a quorum by an easier rule": {lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) {
			d.Verdict = deliberation.Quorum(nil, d.Verdict.Attendance)
			d.Verdict.Met = true
		}), "quorum"},
		"a poll without a quorum": {func(c *town) {
			lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) {
				rules := []deliberation.MajorityRule{}
				for _, c := range d.Verdict.Checks {
					rules = append(rules, c.Rule)
				}
				a := d.Verdict.Attendance
				a.Whole.Present = 1
				d.Verdict = deliberation.Quorum(rules, a)
			})(c)
		}, "quorum"},
		"no quorum found":            {silent(deliberation.FactQuorum, 3), "quorum"},
		"voters miscounted":          {lie(deliberation.FactPollOpened, 2, func(_ *deliberation.Entry, d *roll) { d.Count++ }), "ballots"},
		"a text never filed":         {lie(deliberation.FactPollOpened, 2, func(_ *deliberation.Entry, d *roll) { d.Text.Kind = deliberation.PaperDraft }), "ballots"},
		"a poll never closed":        {silent(deliberation.FactPollClosed, 2), "ballots"},
		"a tally with two ayes more": {lie(deliberation.FactPollClosed, 4, func(_ *deliberation.Entry, d *count) { d.Tally.Yes += 2 }), "tally"},
		"a part of the tally":        {lie(deliberation.FactPollClosed, 2, func(_ *deliberation.Entry, d *count) { d.Tally.Parts[0].Yes-- }), "tally"},
		"a verdict on another tally": {lie(deliberation.FactPassing, 4, func(_ *deliberation.Entry, d *verdict) { d.Verdict.Tally.No++ }), "passing"},
		"a verdict turned round":     {lie(deliberation.FactPassing, 4, func(_ *deliberation.Entry, d *verdict) { d.Verdict.Met = false }), "passing"},
		"no verdict":                 {silent(deliberation.FactPassing, 4), "passing"},
		"advice that amends":         {lie(deliberation.FactOutcome, 5, func(_ *deliberation.Entry, d *outcome) { d.Outcome = deliberation.Amended }), "order"},
		"carried and called amended": {lie(deliberation.FactOutcome, 4, func(_ *deliberation.Entry, d *outcome) { d.Outcome = deliberation.Amended }), "passing"},
		"a stage skipped": {func(c *town) {
			c.edit = func(e *deliberation.Entry) bool { return e.Stage != deliberation.Consultation }
		}, "order"},
		"a wrong round":              {lie(deliberation.FactStage, 3, func(_ *deliberation.Entry, d *stage) { d.Round = 2 }), "order"},
		"a wrong next stage":         {lie(deliberation.FactOutcome, 3, func(_ *deliberation.Entry, d *outcome) { d.Next = deliberation.Resolution }), "order"},
		"no outcome":                 {silent(deliberation.FactOutcome, 3), "order"},
		"an end that nobody decided": {lie(deliberation.FactEnded, 1, func(_ *deliberation.Entry, d *outcome) { d.Outcome = deliberation.Lost }), "order"},
		"a fact of another stage":    {lie(deliberation.FactMark, 2, func(e *deliberation.Entry, _ *mark) { e.Stage = deliberation.Proposal }), "order"},
		"one signer for both":        {lie(deliberation.FactSigned, 1, func(e *deliberation.Entry, _ *signed) { e.Actor = "p-sec" }), "minutes"},
		"minutes not signed":         {silent(deliberation.FactSigned, 4), "minutes"},
		"two different minutes":      {lie(deliberation.FactSigned, 4, func(_ *deliberation.Entry, d *signed) { d.Paper.ID = "fd-1.paper2" }), "minutes"},
		"signed by a resident":       {lie(deliberation.FactSigned, 1, func(e *deliberation.Entry, _ *signed) { e.Office = deliberation.Resident }), "minutes"},
		"signed by another chair":    {lie(deliberation.FactSigned, 2, func(e *deliberation.Entry, _ *signed) { e.Actor = "p-b1" }), "minutes"},
		"a display miscounted":       {lie(deliberation.FactPosted, 1, func(_ *deliberation.Entry, d *posted) { d.DisplayUntil = d.DisplayUntil.AddDate(0, 0, -1) }), "posting"},
		"a display by another rule":  {lie(deliberation.FactPosted, 1, func(_ *deliberation.Entry, d *posted) { d.DisplayDays.Days = 7 }), "posting"},
		"no time for objections":     {lie(deliberation.FactPosted, 1, func(_ *deliberation.Entry, d *posted) { d.ObjectionsUntil = d.Posted }), "posting"},
		"taken down too soon":        {lie(deliberation.FactPostingEnded, 1, func(e *deliberation.Entry, _ *posted) { e.At = e.At.AddDate(0, 0, -1) }), "posting"},
		"no photo":                   {silent(deliberation.FactPostingProof, 2), "posting"},
		"never posted":               {silent(deliberation.FactPosted, 2), "posting"},
		"never ended":                {silent(deliberation.FactPostingEnded, 2), "posting"},
		"late and not marked so": {lie(deliberation.FactObjection, 2, func(e *deliberation.Entry, d *objects) {
			d.Objection.Answered, e.At = d.Objection.AnswerDue.Add(time.Hour), d.Objection.AnswerDue.Add(time.Hour)
			e.Stored = e.At
		}), "objections"},
		"a limit miscounted": {lie(deliberation.FactObjection, 1, func(_ *deliberation.Entry, d *objects) {
			d.Objection.AnswerDue = d.Objection.AnswerDue.AddDate(0, 0, 9)
		}), "objections"},
		"an objection unsettled":        {silent(deliberation.FactObjection, 3), "objections"},
		"an objection exchanged":        {lie(deliberation.FactObjection, 2, func(_ *deliberation.Entry, d *objects) { d.Objection.Person = "p-r06" }), "objections"},
		"contested and ignored":         {lie(deliberation.FactObjection, 3, func(_ *deliberation.Entry, d *objects) { d.Objection.State = deliberation.ObjectionContested }), "objections"},
		"no gate at ①":                  {silent(deliberation.FactMark, 1), "supervision"},
		"no gate at ④":                  {silent(deliberation.FactMark, 3), "supervision"},
		"no gate at disclosure":         {silent(deliberation.FactMark, 4), "supervision"},
		"no closing opinion":            {silent(deliberation.FactMark, 6), "supervision"},
		"acknowledged by the secretary": {lie(deliberation.FactMark, 1, func(e *deliberation.Entry, _ *mark) { e.Office = deliberation.Secretary }), "supervision"},
		"acknowledged for another":      {lie(deliberation.FactMark, 1, func(e *deliberation.Entry, _ *mark) { e.Actor = "p-sec" }), "supervision"},
		"declined without reasons":      {lie(deliberation.FactMark, 4, func(_ *deliberation.Entry, d *mark) { d.Mark.Paper = deliberation.PaperRef{} }), "supervision"},
		"silence at once": {lie(deliberation.FactMark, 1, func(_ *deliberation.Entry, d *mark) {
			d.Mark.Kind, d.Mark.State, d.Mark.Escalated = deliberation.MarkSilent, deliberation.MarkEscalated, d.Mark.Made
		}), "supervision"},
		"silence not told":        {lie(deliberation.FactMark, 5, func(_ *deliberation.Entry, d *mark) { d.Mark.Kind = deliberation.MarkSilent }), "supervision"},
		"a paper of another hash": {lie(deliberation.FactPaper, 1, func(_ *deliberation.Entry, d *paper) { d.Paper.SHA256 = strings.Repeat("0", 64) }), "papers"},
		"dated after its record":  {lie(deliberation.FactPaper, 1, func(e *deliberation.Entry, _ *paper) { e.Stored = e.At.AddDate(0, 0, -1) }), "case"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			crime.do(c)
			c.whole()
			r := Verify(c.zip(), c.options())
			if r.OK() || !slices.ContainsFunc(r.Faults(), func(f Check) bool { return f.Name == crime.check }) {
				t.Errorf("want %s to object:\n%s", crime.check, report(t, r))
			}
			for _, sound := range []string{"signature", "files", "checkpoint", "inclusion", "completeness"} {
				if slices.ContainsFunc(r.Faults(), func(f Check) bool { return f.Name == sound }) {
					t.Errorf("the insider got %s wrong: the test shows nothing", sound)
				}
			}
		})
	}
}

func TestARectificationMustBePutRight(t *testing.T) {
	for name, n := range map[string]int{"never told to the street": 2, "settled unanswered": 3, "left open": 4} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t).upTo(deliberation.Implementation)
			seen := 0
			c.edit = func(e *deliberation.Entry) bool {
				if e.Kind != deliberation.FactMark && e.Kind != deliberation.FactEscalation {
					return true
				}
				seen++
				if n == 2 && (seen == 3 || seen == 4) {
					var d deliberation.MarkData
					if err := json.Unmarshal(e.Data, &d); err != nil {
						t.Fatal(err)
					}
					d.Mark.Escalated = time.Time{}
					e.Data, _ = json.Marshal(d)
				}
				if n == 3 && seen == 4 {
					var d deliberation.MarkData
					if err := json.Unmarshal(e.Data, &d); err != nil {
						t.Fatal(err)
					}
					d.Mark.Answer = deliberation.PaperRef{}
					e.Data, _ = json.Marshal(d)
				}
				return n != 4 || seen != 4
			}
			c.rectify()
			c.edit = nil
			c.rest()
			r := Verify(c.zip(), c.options())
			if r.OK() || r.Faults()[0].Name != "supervision" {
				t.Error(report(t, r))
			}
		})
	}
}
