package dossier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/register"
)

// Source is where a dossier's data comes from.
type Source interface {
	Proceeding(ctx context.Context, id deliberation.ProcessID) (deliberation.Proceeding, error)
	// Entries gives the facts of the process in the order of the register.
	Entries(ctx context.Context, id deliberation.ProcessID) ([]deliberation.Entry, error)
	Community(ctx context.Context, id deliberation.CommunityID) (deliberation.Community, error)
	Names(ctx context.Context, ids []deliberation.PersonID) (map[deliberation.PersonID]string, error)
	Roll(ctx context.Context, m deliberation.MeetingID) ([]deliberation.RollLine, error)
	// HallEvents gives who came and went, each person's in their order.
	HallEvents(ctx context.Context, m deliberation.MeetingID) ([]deliberation.HallEvent, error)
	Observers(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Observer, error)
	BallotLines(ctx context.Context, id deliberation.PollID) ([]deliberation.BallotLine, error)
	OpenedBox(ctx context.Context, id deliberation.PollID) (deliberation.OpenedBox, error)
	// PaperCount and PaperList give the paper of a poll 纸质选票.
	PaperCount(ctx context.Context, id deliberation.PollID) (deliberation.PaperCount, error)
	PaperList(ctx context.Context, id deliberation.PollID) ([]deliberation.PaperBallot, error)
	// PublishedMandates gives the list of agents of a meeting as it was closed.
	PublishedMandates(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Mandate, error)
	Paper(ctx context.Context, id deliberation.PaperID) (deliberation.Paper, error)
	Opinions(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Opinion, error)
	// HearingPlan, SignUps, Experts and Statements are what a hearing rests on.
	HearingPlan(ctx context.Context, p deliberation.ProcessID) (deliberation.HearingPlan, error)
	SignUps(ctx context.Context, p deliberation.ProcessID) ([]deliberation.SignUp, error)
	Experts(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Expert, error)
	Statements(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Statement, error)
	// Signatures gives who signed a joint demand, SigningRolls the rolls they were counted against.
	Signatures(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Signature, error)
	SigningRolls(ctx context.Context, p deliberation.ProcessID) (map[deliberation.Office][]deliberation.PersonID, error)
	ElectionSource
	// TreeHead gives the size and the root of the register as it stands.
	TreeHead(ctx context.Context) (size int64, root tlog.Hash, err error)
	// Hashes reads the stored hashes of the register's tree.
	Hashes(ctx context.Context) tlog.HashReader
}

// Builder makes dossiers.
type Builder struct {
	Source Source
	// Packs gives the files a rule pack is loaded from, by their base names; nil where there is no such pack.
	Packs func(ref deliberation.PackRef) map[string][]byte
	// Calendar is the working-day table that limits were counted with.
	Calendar                       deliberation.Calendar
	SignerKey, VerifierKey, Origin string
}

// Dossier gives the dossier of a finished process as a zip. One that still runs
// is refused (RefuseOutOfOrder). The same process and the same size of the
// register give the same bytes.
func (b *Builder) Dossier(ctx context.Context, id deliberation.ProcessID) ([]byte, error) {
	p, err := b.Source.Proceeding(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.Status.State != deliberation.Ended {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	g := &gathering{Builder: b, ctx: ctx, process: p.Process, polls: p.Polls, out: contents{readmeFile: []byte(readme)}, people: map[deliberation.PersonID]bool{}, observers: map[deliberation.PersonID]string{}}
	steps := []func() error{g.facts, g.caseFile, g.rules, g.rollsAndBallots, g.opinions, g.signatures, g.hearing, g.election, g.papers, g.names, g.forms}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("dossier: %w", err)
		}
	}
	if err := seal(g.out, Manifest{Process: id, Origin: b.Origin, VerifierKey: b.VerifierKey}, b.SignerKey); err != nil {
		return nil, err
	}
	return pack(g.out)
}

// gathering is one dossier while it is put together.
type gathering struct {
	*Builder
	ctx     context.Context
	process deliberation.Process
	polls   []deliberation.Poll
	entries []deliberation.Entry
	out     contents
	people  map[deliberation.PersonID]bool
	// observers are the names of those who are no persons of the roster, by their entries.
	observers map[deliberation.PersonID]string
	refs      []deliberation.PaperRef
}

func (g *gathering) put(name string, v any) error {
	b, err := writeJSON(v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	g.out[name] = b
	return nil
}

// facts writes the entries with their proofs. Each proof is checked here: a
// register that no longer agrees with its tree is an error now, not at the reader's.
func (g *gathering) facts() (err error) {
	if g.entries, err = g.Source.Entries(g.ctx, g.process.ID); err != nil {
		return err
	}
	size, root, err := g.Source.TreeHead(g.ctx)
	if err != nil {
		return err
	}
	if g.out[checkpointFile], err = register.Sign(g.SignerKey, g.Origin, size, root); err != nil {
		return err
	}
	hashes, proofs := g.Source.Hashes(g.ctx), Proofs{Size: size, Proofs: []Proof{}}
	var lines []byte
	for _, e := range g.entries {
		leaf, err := register.Leaf(e)
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Index, err)
		}
		proof, err := register.Prove(size, e.Index, hashes)
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Index, err)
		}
		if err := register.Check(proof, size, root, e.Index, leaf); err != nil {
			return fmt.Errorf("the register does not agree with its tree: %w", err)
		}
		line, err := json.Marshal(FactLine{Index: e.Index, Leaf: leaf})
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Index, err)
		}
		lines = append(append(lines, line...), '\n')
		proofs.Proofs = append(proofs.Proofs, Proof{Index: e.Index, Hashes: proof})
		g.person(e.Actor)
		g.refs = append(g.refs, paperRefs(e.Data)...)
		g.persons(e.Data)
	}
	g.out[factsFile] = lines
	return g.put(proofsFile, proofs)
}

func (g *gathering) person(id deliberation.PersonID) {
	if id != "" {
		g.people[id] = true
	}
}

// persons notes who is named in an objection, a mark or a task.
func (g *gathering) persons(data json.RawMessage) {
	var d struct {
		Objection struct{ Person deliberation.PersonID }
		Mark      struct{ By deliberation.PersonID }
		Task      struct{ Person, By deliberation.PersonID }
	}
	if json.Unmarshal(data, &d) == nil {
		for _, id := range []deliberation.PersonID{d.Objection.Person, d.Mark.By, d.Task.Person, d.Task.By} {
			g.person(id)
		}
	}
}

func (g *gathering) caseFile() error {
	p := g.process
	c, err := g.Source.Community(g.ctx, p.Community)
	if err != nil {
		return err
	}
	g.person(p.StartedBy)
	return g.put(processFile, Case{
		ID: p.ID, Kind: p.Kind, Community: Place{ID: c.ID, Name: c.Name, Kind: c.Kind, Place: c.Place, Demo: c.Demo},
		Matter: p.Matter, Pack: p.Pack, Started: p.Started, StartedBy: p.StartedBy, Office: p.Office, Clock: p.Clock, Status: p.Status,
	})
}

func (g *gathering) rules() error {
	files := g.Packs(g.process.Pack)
	if len(files) == 0 {
		return fmt.Errorf("rule pack %s: no files", g.process.Pack.ID)
	}
	for name, b := range files {
		g.out[rulesDir+name] = b
	}
	return g.put(calendarFile, g.Calendar)
}

func (g *gathering) rollsAndBallots() error {
	for _, e := range g.entries {
		var err error
		switch e.Kind {
		case deliberation.FactRoll:
			err = g.roll(deliberation.MeetingID(e.Subject), e)
		case deliberation.FactPollOpened:
			err = g.poll(deliberation.PollID(e.Subject))
		case deliberation.FactCasting:
			err = g.sheets(deliberation.PollID(e.Subject))
		case deliberation.FactMandates:
			err = g.agents(deliberation.MeetingID(e.Subject))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *gathering) roll(id deliberation.MeetingID, e deliberation.Entry) error {
	var d deliberation.RollData
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("entry %d: %w", e.Index, err)
	}
	lines, err := g.Source.Roll(g.ctx, id)
	if err != nil {
		return fmt.Errorf("roll of %s: %w", id, err)
	}
	r := Roll{Meeting: id, Body: d.Body, Members: []RollMember{}}
	for _, l := range lines {
		g.person(l.Person.ID)
		g.person(l.CheckedBy)
		m := RollMember{Person: l.Person.ID, Parts: slices.Sorted(slices.Values(l.Parts)), CheckedBy: l.CheckedBy, Area: l.Area}
		if !l.CheckedIn.IsZero() {
			m.CheckedIn = l.CheckedIn.In(deliberation.Shanghai)
		}
		r.Members = append(r.Members, m)
	}
	slices.SortFunc(r.Members, func(a, b RollMember) int { return strings.Compare(string(a.Person), string(b.Person)) })
	if r.Events, err = g.Source.HallEvents(g.ctx, id); err != nil {
		return fmt.Errorf("comings and goings of %s: %w", id, err)
	}
	for _, v := range r.Events {
		g.person(v.By)
	}
	observers, err := g.Source.Observers(g.ctx, id)
	if err != nil {
		return fmt.Errorf("observers of %s: %w", id, err)
	}
	for _, o := range observers {
		r.Observers = append(r.Observers, RollObserver{ID: o.ID, Capacity: o.Capacity})
		g.observers[deliberation.PersonID(o.ID)] = o.Name
	}
	return g.put(rollFile(id), r)
}

func (g *gathering) poll(id deliberation.PollID) error {
	lines, err := g.Source.BallotLines(g.ctx, id)
	if err != nil {
		return fmt.Errorf("poll %s: %w", id, err)
	}
	var voters []deliberation.PersonID
	var ballots []choice
	i := slices.IndexFunc(g.polls, func(p deliberation.Poll) bool { return p.ID == id })
	secret := i >= 0 && g.polls[i].Secret
	for _, l := range lines {
		g.person(l.Person.ID)
		voters = append(voters, l.Person.ID)
		if l.Voted && !secret {
			said := l.Choice
			if i >= 0 && len(g.polls[i].Form) > 0 {
				said = deliberation.Choice(g.polls[i].Form.Line(l.Answers))
			}
			ballots = append(ballots, choice{l.Person.ID, said})
		}
	}
	g.out[votersFile(id)], g.out[ballotsFile(id)] = rollText(voters), ballotText(ballots)
	if !secret {
		return nil
	}
	box, err := g.Source.OpenedBox(g.ctx, id)
	if errors.Is(err, deliberation.Refuse(deliberation.RefusePollNotOpen)) {
		return nil // the process was cancelled while the box was open: nothing was counted
	}
	if err != nil {
		return fmt.Errorf("box of %s: %w", id, err)
	}
	g.out[ballotsFile(id)], g.out[receiptsFile(id)] = lineText(box.Lines), lineText(box.Receipts)
	if len(box.Cancelled) > 0 {
		g.out[cancelledFile(id)] = lineText(box.Cancelled)
	}
	return nil
}

func (g *gathering) opinions() error {
	list, err := g.Source.Opinions(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	out := []Opinion{}
	for _, o := range list {
		g.person(o.Person)
		g.person(o.AnsweredBy)
		if !o.Paper.IsZero() {
			g.refs = append(g.refs, o.Paper)
		}
		if o.Channel == deliberation.WebChannel {
			o.Channel = ""
		}
		out = append(out, Opinion{
			ID: o.ID, Person: o.Person, Channel: o.Channel, Paper: o.Paper, Text: o.Text, Given: o.Given, Disposition: o.Disposition,
			Answer: o.Answer, Answered: o.Answered, AnsweredBy: o.AnsweredBy,
		})
	}
	slices.SortStableFunc(out, func(a, b Opinion) int {
		if c := a.Given.Compare(b.Given); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return g.put(opinionsFile, out)
}

func (g *gathering) papers() error {
	for _, ref := range g.refs {
		p, err := g.Source.Paper(g.ctx, ref.ID)
		if err != nil {
			return fmt.Errorf("paper %s: %w", ref.ID, err)
		}
		kind, _, err := mime.ParseMediaType(p.MediaType)
		ext, ok := extensions[kind]
		if err != nil || !ok {
			return fmt.Errorf("paper %s: media type %q", ref.ID, p.MediaType)
		}
		g.person(p.Author)
		g.out[paperStem(ref.ID)+ext] = p.Content
	}
	return nil
}

func (g *gathering) names() error {
	ids := make([]deliberation.PersonID, 0, len(g.people))
	for id := range g.people {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	names := map[deliberation.PersonID]string{}
	for part := range slices.Chunk(ids, namesAtOnce) {
		some, err := g.Source.Names(g.ctx, part)
		if err != nil {
			return err
		}
		maps.Copy(names, some)
	}
	maps.Copy(names, g.observers)
	return g.put(peopleFile, names)
}

// namesAtOnce keeps the list of one query below what databases take.
const namesAtOnce = 500

// forms makes the forms from what the dossier now holds, so that the reader
// makes the same ones again.
func (g *gathering) forms() error {
	d, problems := parse(g.out)
	if len(problems) > 0 {
		return errors.New(problems[0].en)
	}
	for _, f := range Forms(d) {
		if err := g.put(formFile(f.Number), f); err != nil {
			return err
		}
	}
	return nil
}

// paperRefs finds every paper that a fact's data names.
func paperRefs(data json.RawMessage) []deliberation.PaperRef {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return nil
	}
	return refsIn(v)
}

func refsIn(v any) (refs []deliberation.PaperRef) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			refs = append(refs, refsIn(x)...)
		}
	case map[string]any:
		id, hasID := v["id"].(string)
		hash, hasHash := v["sha256"].(string)
		if hasID && hasHash {
			kind, _ := v["kind"].(string)
			return []deliberation.PaperRef{{ID: deliberation.PaperID(id), Kind: deliberation.PaperKind(kind), SHA256: hash}}
		}
		for _, x := range v {
			refs = append(refs, refsIn(x)...)
		}
	}
	return refs
}
