package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/workflows"
)

type demoCmd struct {
	Play  bool `help:"Play one whole process over HTTP; exits 0 only if its dossiers verify."`
	Serve bool `help:"With --play: go on serving afterwards."`
	// Process names a piece of the demonstration.
	Process string        `help:"With --play: what is played (${enum})." enum:"${pieces}" default:"${piece}"`
	Day     time.Duration `help:"How long a civil day takes; by default 1s with --play, 400ms where owners or disclosure is played, and 1m without." placeholder:"DURATION"`
	Start   string        `help:"The demonstration's first civil day." default:"2026-03-02"`
	Out     string        `help:"With --play: keep the dossier of the process in this file; where several of its kind are played, of the first." placeholder:"FILE" type:"path"`
	// History records what the engine kept, for the replay tests and to look at.
	History string `help:"With --play: keep the engine's history of the same process in this file (JSON)." placeholder:"FILE" type:"path"`
}

// demoVars are the pieces that can be played, and the one that is where none is named.
func demoVars() map[string]string {
	names := demo.PieceNames()
	return map[string]string{"pieces": strings.Join(names, ", "), "piece": names[0]}
}

// linkLife is how long the demonstration's sign-in links may be used, in real time.
const linkLife = 24 * time.Hour

// Run starts the demonstration.
func (c demoCmd) Run(ctx context.Context, s settings) error {
	started := time.Now()
	first, err := deliberation.ParseDate(c.Start)
	if err != nil {
		return err
	}
	piece, err := c.piece()
	if err != nil {
		return err
	}
	extra := map[string]any{"data": "data/demo", "log_level": "warn", "origin": "yishi.demo/register"}
	if c.Play {
		extra["calendar"] = false // a play begins all that it plays
		dir, err := os.MkdirTemp("", "yishi-demo-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		extra["data"], extra["listen"] = dir, "127.0.0.1:0"
		if c.Serve {
			extra["listen"] = "127.0.0.1:8080"
		}
	}
	cfg, err := s.load(extra)
	if err != nil {
		return err
	}
	d, err := c.open(ctx, cfg, piece, first)
	if err != nil {
		return err
	}
	defer d.stop(context.WithoutCancel(ctx))
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "议事 · 演示   %s   (%.1f 秒启动;演示数据全部虚构,不具有法律效力)\n", d.base(), time.Since(started).Seconds())
	if c.Play {
		if err := c.play(ctx, d, piece, out); err != nil || !c.Serve {
			return err
		}
		if err := d.clock.pace(rateOf(time.Minute)); err != nil {
			return err
		}
	}
	if err := d.printLinks(ctx, out); err != nil {
		return err
	}
	return d.wait(ctx)
}

// demonstration is an app with its made-up community.
type demonstration struct {
	*app
	roster deliberation.Roster
	cast   demo.Cast
}

// piece is what is played; who is not asked to play shows the community of the first.
func (c demoCmd) piece() (demo.Piece, error) {
	name := demo.PieceNames()[0]
	if c.Play {
		name = c.Process
	}
	p, found := demo.PieceOf(name)
	if !found {
		return p, fmt.Errorf("there is no play of %q", name)
	}
	return p, nil
}

func (c demoCmd) day(piece demo.Piece) time.Duration {
	switch {
	case c.Day > 0:
		return c.Day
	case c.Play:
		return piece.Day
	}
	return time.Minute
}

func rateOf(day time.Duration) int64 { return max(1, int64(24*time.Hour/day)) }

func (c demoCmd) open(ctx context.Context, cfg config.Config, piece demo.Piece, first deliberation.Date) (*demonstration, error) {
	clk, err := demoClock(cfg.Data, first, rateOf(c.day(piece)))
	if err != nil {
		return nil, err
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return nil, err
	}
	roster, cast := piece.Community(first)
	err = store.Migrate(ctx)
	if err == nil {
		_, err = store.Community(ctx, demo.Community)
		if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
			err = store.LoadRoster(ctx, roster, cast.Operator)
		}
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	a, err := start(ctx, cfg, clk)
	if err != nil {
		return nil, err
	}
	return &demonstration{app: a, roster: roster, cast: cast}, nil
}

// base is where people reach the demonstration: the address they were given, or
// the one it listens on where the system chose the port.
func (d *demonstration) base() string {
	if strings.HasSuffix(d.cfg.Listen, ":0") {
		return "http://" + d.addr
	}
	return d.cfg.BaseURL
}

// play plays the piece, keeps its first process where that is asked for, and verifies
// every dossier.
func (c demoCmd) play(ctx context.Context, d *demonstration, piece demo.Piece, out io.Writer) error {
	links := map[deliberation.PersonID]string{}
	for _, person := range d.roster.Persons {
		link, err := d.link(ctx, person.ID, "", time.Now().Add(linkLife))
		if err != nil {
			return err
		}
		links[person.ID] = link[strings.LastIndexByte(link, '/')+1:]
	}
	began := time.Now()
	played, err := piece.Perform(ctx, &demo.Play{
		Base: d.base(), Cast: d.cast, Links: links, Out: out, Day: c.day(piece),
		Clock: func() time.Time { return d.clock.now().At(time.Now()) },
	})
	if err != nil {
		return fmt.Errorf("the play stopped: %w", err)
	}
	if err := c.keep(ctx, d, played[0], out); err != nil {
		return err
	}
	for n, done := range played {
		which := ""
		if len(played) > 1 {
			which = fmt.Sprintf("第%d件，", n+1)
		}
		_, _ = fmt.Fprintf(out, "\n■ 离线核验台账（%s%d 字节）\n", which, len(done.Dossier))
		err = errors.Join(err, verifyDossier(out, done.Dossier, "", "zh"))
	}
	_, _ = fmt.Fprintf(out, "\n演示用时 %.0f 秒。\n", time.Since(began).Seconds())
	return err
}

// keep writes what the engine kept of the process, and its dossier.
func (c demoCmd) keep(ctx context.Context, d *demonstration, done demo.Finished, out io.Writer) error {
	history, events, err := (&workflows.Client{Temporal: d.engine.Client()}).History(ctx, done.Process)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	_, _ = fmt.Fprintf(out, "  流程引擎历史:%d 个事件,其中没有姓名、文字和选择。\n", events)
	for file, content := range map[string][]byte{c.History: history, c.Out: done.Dossier} {
		if file == "" {
			continue
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// printLinks prints a sign-in link for each part.
func (d *demonstration) printLinks(ctx context.Context, out io.Writer) error {
	parts := []struct {
		name string
		who  deliberation.PersonID
	}{
		{"书记", d.cast.Secretary}, {"居(村)委会主任", d.cast.Director}, {"居(村)委会委员", d.cast.Committee[1]},
		{"居(村)民代表", d.cast.Representatives[30]}, {"党员", d.cast.Party[len(d.cast.Party)-1]},
		{"监督委员会成员", d.cast.Supervisors[0]}, {"居(村)民", d.cast.Residents[0]},
		{"记录员", d.cast.Clerk}, {"街道指导员", d.cast.Guide}, {"系统管理员", d.cast.Operator},
	}
	_, _ = fmt.Fprintf(out, "\n一次性登录链接(用过即失效;再次运行 `yishi link 编号 --data %s` 可另取):\n", d.cfg.Data)
	for _, part := range parts {
		link, err := d.link(ctx, part.who, d.base(), time.Now().Add(linkLife))
		if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
			continue // the community on the folder was imported, and its people have ids of their own
		}
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "  %s\t%s\n", deliberation.Localise(part.name, d.roster.Community.Kind), link)
	}
	_, _ = fmt.Fprintf(out, "\n公开栏:%s/board    按 Ctrl-C 结束。\n", d.base())
	return nil
}
