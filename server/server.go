// Package server is what people and programs meet: pages at /, JSON at /api/v1.
// A handler binds, authorises, makes one call and renders. It knows neither the
// database nor the engine, only the ports it declares.
package server

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/yishi-project/yishi/deliberation"
)

// Deps is what the server is given by cmd.
type Deps struct {
	Engine    Engine
	SignIn    SignIn
	People    People
	Processes Processes
	Papers    Papers
	Meetings  Meetings
	Ballots   Ballots
	Opinions  Opinions
	Replies   Replies
	Law       Law
	Archive   Archive
	Health    Health
	// Sessions keeps sessions; the store hashes nothing, scs does (HashTokenInStore).
	Sessions scs.CtxStore
	// EngineUI is the Temporal web page, shown to operators only; nil where there is none.
	EngineUI http.Handler

	// Clock gives the civil clock in force; Now the machine's time.
	Clock func() deliberation.Clock
	Now   func() time.Time
	Log   *slog.Logger
	// BaseURL is the address people use, for links, QR codes and cookie security.
	BaseURL string
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []string
}
