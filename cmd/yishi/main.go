// Command yishi is the whole of Yishi in one binary: `yishi demo` needs nothing
// installed, `yishi serve` is the real thing.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // schedules name zones, and small systems ship none

	"github.com/alecthomas/kong"

	"github.com/yishi-project/yishi/config"
)

// version is set by the linker.
var version = "dev"

type cli struct {
	settings

	Demo    demoCmd     `cmd:"" help:"A made-up community to try everything in. --play plays one whole process."`
	Serve   serveCmd    `cmd:"" help:"Serve pages, API and workers."`
	Migrate migrateCmd  `cmd:"" help:"Bring the database to this version's schema."`
	Backup  backupCmd   `cmd:"" help:"Copy the data folder's databases and keys; Yishi must not be serving on it."`
	Restore restoreCmd  `cmd:"" help:"Put a backup into an empty data folder."`
	Load    loadCmd     `cmd:"" help:"Load a community with its people and offices from a JSON file."`
	Import  importCmd   `cmd:"" help:"Import rosters from Excel or CSV, with preview and undo."`
	Export  exportCmd   `cmd:"" help:"Write a community's roster to Excel or CSV."`
	Place   placeCmd    `cmd:"" help:"The tree of places: add and list."`
	Person  officialCmd `cmd:"" name:"official" help:"Record a person with an office, such as the first operator, and print a sign-in link."`
	Link    linkCmd     `cmd:"" help:"Make a one-time sign-in link for a person."`
	Unlock  unlockCmd   `cmd:"" help:"Take a person's password, codes, passkeys and sessions away, so that only links are left."`
	Keys    keysCmd     `cmd:"" help:"The keys that encrypt personal data: list, rotate, drop."`
	Erase   eraseCmd    `cmd:"" help:"Erase a person's data (个人信息保护法第四十七条). It cannot be undone."`
	Retain  retainCmd   `cmd:"" name:"retention" help:"What is past its period; --apply takes it away for good."`
	Rules   rulesCmd    `cmd:"" help:"Rule packs, with citations."`
	Plan    planCmd     `cmd:"" help:"The earliest lawful calendar of a process."`
	Verify  verifyCmd   `cmd:"" help:"Recompute a dossier offline and name what does not hold."`
	Bench   benchCmd    `cmd:"" help:"Measure ballots a second beside the machine's own limits, on throw-away data."`
	Version versionCmd  `cmd:"" help:"Print the version."`
}

// settings are the flags that every command takes.
type settings struct {
	Config   string `help:"Settings file (YAML)." type:"existingfile" placeholder:"FILE"`
	Data     string `help:"Folder for databases, keys and the clock." placeholder:"DIR"`
	Listen   string `help:"Address to serve on." placeholder:"HOST:PORT"`
	BaseURL  string `name:"base-url" help:"Address people use." placeholder:"URL"`
	Form     string `name:"engine" help:"trial, one_node or cluster." placeholder:"FORM"`
	Database string `help:"PostgreSQL address; empty: SQLite in the data folder." placeholder:"URL"`
	LogLevel string `name:"log-level" help:"debug, info, warn or error." placeholder:"LEVEL"`
}

func (s settings) load(extra map[string]any) (config.Config, error) {
	flags := map[string]any{}
	for key, v := range map[string]string{
		"data": s.Data, "listen": s.Listen, "base_url": s.BaseURL, "form": s.Form, "database": s.Database, "log_level": s.LogLevel,
	} {
		if v != "" {
			flags[key] = v
		}
	}
	for key, v := range extra {
		if _, given := flags[key]; !given {
			flags[key] = v
		}
	}
	return config.Load(s.Config, config.Environ(), flags)
}

type versionCmd struct{}

func (versionCmd) Run() error {
	_, err := fmt.Println("yishi", version)
	return err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("yishi"), kong.UsageOnError(),
		kong.Description("议事: deliberation in communities and villages that follows the law by construction."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Vars(benchVars()), kong.Vars(demoVars()))
	if err != nil {
		fmt.Fprintln(os.Stderr, "yishi:", err)
		return 2
	}
	k, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return 2
	}
	if err := k.Run(c.settings); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "yishi:", err)
		return 1
	}
	return 0
}
