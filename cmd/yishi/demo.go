package main

import (
	"bytes"
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
	Play  bool `help:"Play one whole 四议两公开一监督 over HTTP; exits 0 only if its dossier verifies."`
	Serve bool `help:"With --play: go on serving afterwards."`
	// Conference plays the other process.
	Conference bool `help:"With --play: play a representatives' conference with three motions instead."`
	// Owners plays two meetings of owners, one after the other.
	// Disclosure plays a quarter of disclosures.
	Disclosure bool          `help:"With --play: play a quarter of disclosures, with a complaint and an overdue item, instead."`
	Owners     bool          `help:"With --play: play two owners' meetings on a special matter instead."`
	Day        time.Duration `help:"How long a civil day takes; by default 1s with --play, 400ms with --owners, and 1m without." placeholder:"DURATION"`
	Start      string        `help:"The demonstration's first civil day." default:"2026-03-02"`
	Out        string        `help:"With --play: keep the dossier in this file." placeholder:"FILE" type:"path"`
	// History records what the engine kept, for the replay tests and to look at.
	History string `help:"With --play: keep the engine's history of the process in this file (JSON)." placeholder:"FILE" type:"path"`
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
	extra := map[string]any{"data": "data/demo", "log_level": "warn", "origin": "yishi.demo/register"}
	if c.Play {
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
	d, err := c.open(ctx, cfg, first)
	if err != nil {
		return err
	}
	defer d.stop(context.WithoutCancel(ctx))
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "议事 · 演示   %s   (%.1f 秒启动;演示数据全部虚构,不具有法律效力)\n", d.base(), time.Since(started).Seconds())
	if c.Play {
		if err := c.play(ctx, d, out); err != nil || !c.Serve {
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
	cast demo.Cast
}

func (c demoCmd) day() time.Duration {
	switch {
	case c.Day > 0:
		return c.Day
	case c.Play && c.Disclosure: // what nobody disclosed is overdue after two months
		return 400 * time.Millisecond
	case c.Play && c.Owners: // they are told fifteen days ahead, and what they decide hangs for thirty
		return 400 * time.Millisecond
	case c.Play:
		return time.Second
	}
	return time.Minute
}

func rateOf(day time.Duration) int64 { return max(1, int64(24*time.Hour/day)) }

func (c demoCmd) open(ctx context.Context, cfg config.Config, first deliberation.Date) (*demonstration, error) {
	clk, err := demoClock(cfg.Data, first, rateOf(c.day()))
	if err != nil {
		return nil, err
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return nil, err
	}
	roster, cast := demo.Sample(first)
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
	return &demonstration{app: a, cast: cast}, nil
}

// base is where people reach the demonstration: the address they were given, or
// the one it listens on where the system chose the port.
func (d *demonstration) base() string {
	if strings.HasSuffix(d.cfg.Listen, ":0") {
		return "http://" + d.addr
	}
	return d.cfg.BaseURL
}

// play plays the process and verifies its dossier.
func (c demoCmd) play(ctx context.Context, d *demonstration, out io.Writer) error {
	links := map[deliberation.PersonID]string{}
	roster, _ := demo.Sample(deliberation.Date{Year: 2026, Month: 1, Day: 1})
	for _, person := range roster.Persons {
		link, err := d.link(ctx, person.ID, "", time.Now().Add(linkLife))
		if err != nil {
			return err
		}
		links[person.ID] = link[strings.LastIndexByte(link, '/')+1:]
	}
	p := &demo.Play{
		Base: d.base(), Cast: d.cast, Links: links, Out: out, Day: c.day(),
		Clock: func() time.Time { return d.clock.now().At(time.Now()) },
	}
	began := time.Now()
	run := p.Run
	switch {
	case c.Conference:
		run = p.Confer
	case c.Disclosure:
		run = func(ctx context.Context) (deliberation.ProcessID, []byte, error) {
			return finished(ctx, out, p.Disclose, "公开")
		}
	case c.Owners:
		run = func(ctx context.Context) (deliberation.ProcessID, []byte, error) {
			return finished(ctx, out, p.Own, "业主大会")
		}
	}
	id, zip, err := run(ctx)
	if err != nil {
		return fmt.Errorf("the play stopped: %w", err)
	}
	history, events, err := (&workflows.Client{Temporal: d.engine.Client()}).History(ctx, id)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	_, _ = fmt.Fprintf(out, "  流程引擎历史:%d 个事件,其中没有姓名、文字和选择。\n", events)
	if c.History != "" {
		if err := os.WriteFile(c.History, history, 0o600); err != nil {
			return err
		}
	}
	if c.Out != "" {
		if err := os.WriteFile(c.Out, zip, 0o600); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintf(out, "\n■ 离线核验台账(%d 字节)\n", len(zip))
	var report bytes.Buffer
	err = verifyDossier(&report, zip, "", "zh")
	_, _ = out.Write(report.Bytes())
	_, _ = fmt.Fprintf(out, "\n演示用时 %.0f 秒。\n", time.Since(began).Seconds())
	return err
}

// finished plays several processes, verifies the dossiers before the last, and gives the last.
func finished(ctx context.Context, out io.Writer, play func(context.Context) ([]demo.Finished, error), what string) (deliberation.ProcessID, []byte, error) {
	held, err := play(ctx)
	if err != nil {
		return "", nil, err
	}
	last := len(held) - 1
	for n, before := range held[:last] {
		_, _ = fmt.Fprintf(out, "\n■ 离线核验台账（第%d次%s，%d 字节）\n", n+1, what, len(before.Dossier))
		if err := verifyDossier(out, before.Dossier, "", "zh"); err != nil {
			return before.Process, nil, err
		}
	}
	return held[last].Process, held[last].Dossier, nil
}

// printLinks prints a sign-in link for each part.
func (d *demonstration) printLinks(ctx context.Context, out io.Writer) error {
	parts := []struct {
		name string
		who  deliberation.PersonID
	}{
		{"书记", d.cast.Secretary}, {"居委会主任", d.cast.Director}, {"居委会委员", d.cast.Committee[1]},
		{"居民代表", d.cast.Representatives[30]}, {"党员(居民代表)", d.cast.Representatives[0]},
		{"监督委员会成员", d.cast.Supervisors[0]}, {"居民", d.cast.Residents[0]},
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
		_, _ = fmt.Fprintf(out, "  %s\t%s\n", part.name, link)
	}
	_, _ = fmt.Fprintf(out, "\n公开栏:%s/board    按 Ctrl-C 结束。\n", d.base())
	return nil
}
