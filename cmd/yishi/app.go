package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/sdk/worker"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/dossier"
	"github.com/yishi-project/yishi/engine"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/register"
	"github.com/yishi-project/yishi/server"
	"github.com/yishi-project/yishi/workflows"
)

// app is everything that runs, built in one place and stopped in the opposite order.
type app struct {
	cfg     config.Config
	log     *slog.Logger
	clock   *clock
	library *packs.Library
	store   *models.Store
	engine  engine.Engine
	worker  worker.Worker
	http    *http.Server
	addr    string
	serving chan error
	// calendars ends what keeps the calendars of the communities.
	calendars func()
}

func logger(level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: l}))
}

// openStore opens Yishi's own data. A data folder that is new gets its schema;
// an older one is left alone until `yishi migrate`.
func openStore(ctx context.Context, cfg config.Config, log *slog.Logger) (*models.Store, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	keys, err := openKeys(cfg)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	polls, err := ballotbox.OpenFolder(cfg.PollKeys)
	if err != nil {
		return nil, err
	}
	c := models.Config{Driver: models.SQLite, DSN: filepath.Join(cfg.Data, "yishi.db"), Vault: keys, Keys: polls, Log: log}
	fresh := false
	if cfg.Database != "" {
		c.Driver, c.DSN = models.Postgres, cfg.Database
	} else if _, err := os.Stat(c.DSN); errors.Is(err, os.ErrNotExist) {
		fresh = true
	}
	s, err := models.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	if fresh {
		err = s.Migrate(ctx)
	}
	return s, err
}

// start builds and starts what the role asks for.
func start(ctx context.Context, cfg config.Config, clk *clock) (_ *app, err error) {
	a := &app{cfg: cfg, log: logger(cfg.LogLevel), clock: clk, serving: make(chan error, 1)}
	slog.SetDefault(a.log) // what libraries say on the standard logger goes the same way
	defer func() {
		if err != nil {
			a.stop(context.WithoutCancel(ctx))
		}
	}()
	if a.library, err = packs.Load(); err != nil {
		return nil, err
	}
	if a.store, err = openStore(ctx, cfg, a.log); err != nil {
		return nil, err
	}
	a.store.SetRules(a.library.Pinned)
	a.store.SetToday(func() deliberation.Date { return deliberation.DateOf(clk.now().At(time.Now())) })
	if err = a.store.CheckSchema(ctx); err != nil {
		return nil, err
	}
	a.engine, err = engine.Start(ctx, engine.Config{
		Form: engine.Form(cfg.Form), Dir: filepath.Join(cfg.Data, engineFolder), PostgresDSN: cfg.Database,
		Namespace: cfg.Temporal.Namespace, Address: cfg.Temporal.Address, WebUI: cfg.Temporal.WebUI, Log: a.log,
		Retention: 90 * 24 * time.Hour,
	})
	if err != nil {
		return nil, err
	}
	if cfg.Role != config.Server {
		a.worker = worker.New(a.engine.Client(), workflows.TaskQueue, worker.Options{DisableRegistrationAliasing: true})
		workflows.Register(a.worker, &activities.Activities{
			Recorder: a.store, Rolls: a.store, Polls: a.store, Mandates: a.store, Opinions: a.store, Signings: a.store, Reports: a.store, Hearings: a.store, Departments: a.store, Choosings: a.store, Accounts: a.store, Offices: a.store, Law: a.library,
			Elections: a.store, Rules: a.library, DutyStarts: a.store, Packs: a.library, Starter: a.speaker(),
		})
		if err = a.worker.Start(); err != nil {
			return nil, fmt.Errorf("worker: %w", err)
		}
	}
	if cfg.Role != config.Worker {
		err = a.listen()
	}
	if err == nil {
		a.keepCalendars(ctx)
	}
	return a, err
}

// speaker is who speaks to the engine.
func (a *app) speaker() *workflows.Client {
	return &workflows.Client{Temporal: a.engine.Client(), Rules: a.library, Places: a.store, Grants: a.store}
}

// deps is what the server is given but for the engine and what needs it.
func (a *app) deps() server.Deps {
	return server.Deps{
		SignIn: a.store, People: a.store, Processes: a.store, Papers: a.store, Meetings: a.store,
		Ballots: a.store, Opinions: a.store, Signings: a.store, Elections: a.store, Reports: a.store, Hearings: a.store, Disclosures: a.store, OpinionBox: a.store, Ratings: a.store, Supervision: a.store, Replies: a.store, Law: a.library, Sessions: a.store, Credentials: a.store,
		Places: a.store, Roster: a.store, Slips: a.store, Audit: a.store, Imports: a.store, Mandates: a.store, Paper: a.store, Estates: a.store,
		Duties: a.store, Drafts: a.store, Authorisations: a.store,
		Clock: a.clock.now, Now: time.Now, Log: a.log, BaseURL: a.cfg.BaseURL, TrustedProxies: a.cfg.TrustedProxies, RequireTOTP: a.cfg.RequireTOTP,
	}
}

// identityOf gives the unified identity of the settings, with its secret.
func identityOf(cfg config.Config) (server.IdentityProvider, error) {
	id := cfg.Identity
	p := server.IdentityProvider{Issuer: id.Issuer, ClientID: id.ClientID, Name: id.Name, Claim: id.Claim, Match: id.Match, Scopes: id.Scopes}
	if id.SecretFile == "" {
		return p, nil
	}
	secret, err := os.ReadFile(id.SecretFile)
	if err != nil {
		return p, fmt.Errorf("secret of the unified identity: %w", err)
	}
	p.Secret = strings.TrimSpace(string(secret))
	return p, nil
}

// listen serves pages and API.
func (a *app) listen() error {
	signer, verifier, err := register.LoadOrCreateKey(filepath.Join(a.cfg.Data, "register.key"), a.cfg.Origin)
	if err != nil {
		return fmt.Errorf("register key: %w", err)
	}
	d := a.deps()
	if d.Identity, err = identityOf(a.cfg); err != nil {
		return err
	}
	d.Engine = a.speaker()
	d.Archive = &dossier.Builder{Source: a.store, Packs: a.library.Source, Calendar: a.library.Calendar(), SignerKey: signer, VerifierKey: verifier, Origin: a.cfg.Origin}
	d.Health, d.EngineUI = health{a}, a.engine.UI()
	srv, err := server.New(d)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.addr = l.Addr().String()
	a.http = &http.Server{Handler: srv.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() {
		if err := a.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.serving <- err
		}
	}()
	a.log.Info("serving", "address", a.addr, "form", string(a.cfg.Form))
	return nil
}

// wait blocks until the context ends or serving fails.
func (a *app) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.serving:
		return err
	}
}

// stop ends what was started, last first: no request is cut off, no task is lost.
func (a *app) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if a.http != nil {
		if err := a.http.Shutdown(ctx); err != nil {
			a.log.Warn("requests were cut off", "error", err)
		}
	}
	if a.calendars != nil {
		a.calendars()
	}
	if a.worker != nil {
		a.worker.Stop()
	}
	if a.engine != nil {
		if err := a.engine.Close(); err != nil {
			a.log.Warn("engine", "error", err)
		}
	}
	if a.store != nil {
		if err := a.store.Close(); err != nil {
			a.log.Warn("database", "error", err)
		}
	}
}

// health tells the server how the parts are.
type health struct{ a *app }

// Ready asks the database and the engine.
func (h health) Ready(ctx context.Context) map[string]error {
	return map[string]error{"database": h.a.store.Ready(ctx), "engine": h.a.engine.Ready(ctx)}
}

// link makes a sign-in address for a person.
func (a *app) link(ctx context.Context, p deliberation.PersonID, base string, expires time.Time) (string, error) {
	token, err := a.store.CreateLink(ctx, p, expires)
	return base + "/sign-in/" + token, err
}
