package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Play is one whole 四议两公开一监督, played over HTTP as the different people.
type Play struct {
	Base  string
	Cast  Cast
	Links map[deliberation.PersonID]string // one-time tokens
	Clock func() time.Time                 // civil now
	Out   io.Writer
	// Day is how long a civil day takes.
	Day time.Duration
	// Interrupt, where set, is called at moments in the midst of things, "notice",
	// "poll" and "posting": a test pulls the plug there.
	Interrupt func(moment string)
	// Halls are how the people in each place of a meeting in several reach the server:
	// they share an address. Without them all share one.
	Halls []*http.Client
	// Newcomer, where set, writes somebody down who moved in today, and gives a link.
	Newcomer func(ctx context.Context) (token string, err error)

	people  map[deliberation.PersonID]*person
	process deliberation.ProcessID
}

// patience is how many civil days the player waits for anything before giving up.
const patience = 60

// Run plays the process to its archive and gives its id and its dossier.
func (p *Play) Run(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Secretary,
		p.signInAll, p.start, p.solicit, p.proposal, p.consultation, p.review, p.advice, p.resolution,
		p.resolutionDisclosure, p.implementation, p.resultDisclosure, p.archived,
	)
}

// perform takes the steps in their order, and gives the process with its dossier as
// the reader gets it.
func (p *Play) perform(ctx context.Context, reader deliberation.PersonID, steps ...func(context.Context) error) (deliberation.ProcessID, []byte, error) {
	if err := take(ctx, steps...); err != nil {
		return p.process, nil, err
	}
	var zip []byte
	err := p.as(reader).get(ctx, "/processes/"+string(p.process)+"/dossier", &zip)
	return p.process, zip, err
}

func take(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// everybodyIn signs everybody in unless an earlier play has.
func (p *Play) everybodyIn(ctx context.Context) error {
	if len(p.people) > 0 {
		return nil
	}
	return p.signInAll(ctx)
}

func (p *Play) as(id deliberation.PersonID) *person { return p.people[id] }

func (p *Play) moment(m string) {
	if p.Interrupt != nil {
		p.Interrupt(m)
	}
}

func (p *Play) say(format string, args ...any) { _, _ = fmt.Fprintf(p.Out, format+"\n", args...) }

func (p *Play) stage(title string) {
	p.say("\n■ %s  〔%s〕", title, p.Clock().Format("2006年1月2日"))
}

func (p *Play) signInAll(ctx context.Context) error {
	shared := &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	p.people = map[deliberation.PersonID]*person{}
	for id, token := range p.Links {
		who := &person{base: p.Base, http: shared, id: id}
		if err := who.signIn(ctx, token); err != nil {
			return fmt.Errorf("signing in %s: %w", id, err)
		}
		p.people[id] = who
	}
	p.say("%d 人凭一次性链接登录。", len(p.people))
	return p.refused(ctx, "用过的登录链接再用一次", "link_used", func() error {
		return (&person{base: p.Base, http: shared}).signIn(ctx, p.Links[p.Cast.Secretary])
	})
}

// withoutSource are refusals that rest on no text but on how signing in and counting
// work, and on the ballot itself.
var withoutSource = []string{"link_used", "not_found", "unreconciled", "not_cosigned", "same_signer"}

// refused plays what must be refused, and fails where it is not, or for another reason.
func (p *Play) refused(_ context.Context, what, code string, f func() error) error {
	err := f()
	var refusal *Problem
	if err == nil {
		return fmt.Errorf("%s: wanted the refusal %q, and it was done", what, code)
	}
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Status >= 500 {
		return fmt.Errorf("%s: wanted the refusal %q and got: %w", what, code, err)
	}
	p.say("  ✗ %s → %d %s %s", what, refusal.Status, refusal.Title, refusal.Detail)
	if refusal.Basis == nil && !slices.Contains(withoutSource, code) {
		return fmt.Errorf("%s: the refusal %q names no source", what, code)
	}
	if refusal.Basis != nil {
		p.say("    %s", refusal.Basis.Source("zh"))
	}
	return nil
}

// read gives the process as it stands.
func (p *Play) read(ctx context.Context) (process, error) {
	var v process
	err := p.as(p.Cast.Secretary).get(ctx, "/processes/"+string(p.process), &v)
	return v, err
}

// errInVain: what was waited for did not come in time.
var errInVain = errors.New("waited in vain")

// keepLooking looks again and again until it is as wanted. A refusal may pass away; any
// other error ends it.
func (p *Play) keepLooking(ctx context.Context, look func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience*p.Day+30*time.Second)
	defer cancel()
	tick := time.NewTicker(max(p.Day/20, 10*time.Millisecond))
	defer tick.Stop()
	for {
		found, err := look(ctx)
		if err == nil && found {
			return nil
		}
		var refusal *Problem
		if err != nil && !errors.As(err, &refusal) && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errInVain
		case <-tick.C:
		}
	}
}

// until reads the process again and again until it is as wanted.
func (p *Play) until(ctx context.Context, what string, wanted func(process) bool) (v process, err error) {
	err = p.keepLooking(ctx, func(ctx context.Context) (bool, error) {
		v, err = p.read(ctx)
		return err == nil && wanted(v), err
	})
	if errors.Is(err, errInVain) {
		err = fmt.Errorf("%w for %s: stage %s, waiting for %s, open %v", err, what, v.Status.Stage, v.Status.Waiting.For, v.Status.Open)
	}
	return v, err
}

// untilOpen waits until the process takes the act.
func (p *Play) untilOpen(ctx context.Context, k deliberation.ActKind) (process, error) {
	return p.until(ctx, string(k), func(v process) bool { return isOpen(v, k) })
}

func isOpen(v process, k deliberation.ActKind) bool {
	return slices.ContainsFunc(v.Status.Open, func(o deliberation.OpenAct) bool { return o.Kind == k })
}

// act hands an act in.
func (p *Play) act(ctx context.Context, who deliberation.PersonID, k deliberation.ActKind, a act) (deliberation.Receipt, error) {
	var r deliberation.Receipt
	err := p.as(who).post(ctx, fmt.Sprintf("/processes/%s/acts/%s", p.process, k), a, &r)
	if err != nil {
		err = fmt.Errorf("%s by %s: %w", k, who, err)
	}
	return r, err
}

// whenOpen waits for the act to be open and hands it in.
func (p *Play) whenOpen(ctx context.Context, who deliberation.PersonID, k deliberation.ActKind, a act) error {
	if _, err := p.untilOpen(ctx, k); err != nil {
		return err
	}
	_, err := p.act(ctx, who, k, a)
	return err
}

// witness has a supervisor speak at a gate of a conference. Where their days passed
// before they could, for the calendar is fast, the process went on without.
func (p *Play) witness(ctx context.Context, k deliberation.ActKind, text string) error {
	wentOn := func(v process) bool {
		if k == deliberation.Acknowledge {
			return isOpen(v, deliberation.Publish)
		}
		return v.Status.State == deliberation.Ended
	}
	v, err := p.until(ctx, string(k), func(v process) bool { return isOpen(v, k) || wentOn(v) })
	if err != nil || !isOpen(v, k) {
		return err
	}
	_, err = p.act(ctx, p.Cast.Supervisors[0], k, act{Text: text})
	var late *Problem
	if isRefusal(err, "out_of_order", &late) {
		return nil
	}
	return err
}

// verdict prints a verdict as people read it.
func (p *Play) verdict(v *deliberation.Verdict) {
	if v == nil {
		return
	}
	mark := "✓"
	if !v.Met {
		mark = "✗"
	}
	p.say("  %s %s", mark, v.Sentence("zh"))
	for _, c := range v.Checks {
		p.say("    %s", c.Rule.Basis.Source("zh"))
	}
}

// day is the moment some civil days from now, at nine in the morning.
func (p *Play) day(n int) *time.Time {
	t := deliberation.DateOf(p.Clock()).AddDays(n).At(9, 0)
	return &t
}
