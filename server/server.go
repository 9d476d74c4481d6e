// Package server is what people and programs meet: pages at /, JSON at /api/v1.
// A handler binds, authorises, makes one call and renders. It knows neither the
// database nor the engine, only the ports it declares.
package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

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
	Signings  Signings
	Elections Elections
	Reports   Reports
	Hearings  Hearings
	Replies   Replies
	Law       Law
	Archive   Archive
	Health    Health
	Places    Places
	Roster    Roster
	Slips     Slips
	Audit     Audit
	Imports   Imports
	Mandates  Mandates
	Paper     PaperBallots
	Estates   Estates
	Sessions  Sessions
	Duties    Duties
	Drafts    Drafts
	// OpinionBox is what residents put in at any time.
	OpinionBox OpinionBox
	// Disclosures are what communities disclosed.
	Disclosures Disclosures
	Ratings     Ratings
	// Supervision is what supervisory committees did.
	Supervision Supervision
	// Authorisations are what assemblies let conferences decide.
	Authorisations Authorisations
	// Credentials keeps the ways to sign in besides links.
	Credentials Credentials
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
	// Limits bounds how often one address or person may ask.
	Limits Limits
	// RequireTOTP asks a second proof of who holds an office that acts for others.
	RequireTOTP bool
	// Identity is the unified identity 统一身份 of the installation; its zero value is none.
	Identity IdentityProvider
}

// Limits bounds how often one address or person may ask. The zero value is the default.
type Limits struct {
	// Person is requests a second of somebody signed in, Address of an address that is
	// not, SignIn uses of links a second from one address, Proof tries of a password,
	// code or passkey; a burst is ten seconds of it.
	Person, Address, SignIn, Proof int
}

// Server answers pages and the API.
type Server struct {
	Deps
	echo      *echo.Echo
	https     bool
	rates     rates
	meters    meters
	homes     homes
	passwords *passwords
	passkeys  *webauthn.WebAuthn
	identity  *identityProvider
	// errorPage shows a refusal to a browser; the pages set theirs in mountPages.
	errorPage func(c echo.Context, p problem) error
}

// New makes a server. An address of BaseURL or of a trusted proxy that cannot be
// read is an error, and so is a route without a row in the policy.
func New(d Deps) (*Server, error) {
	base, err := url.Parse(d.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base address: %w", err)
	}
	extract, err := addressOf(d.TrustedProxies)
	if err != nil {
		return nil, err
	}
	s := &Server{Deps: d, https: base.Scheme == "https", rates: newRates(d.Limits), meters: newMeters(), errorPage: plainErrorPage}
	s.passwords, s.identity = newPasswords(), newIdentityProvider(d.Identity, d.BaseURL)
	if s.passkeys, err = newPasskeys(base); err != nil {
		return nil, err
	}

	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = extract
	e.HTTPErrorHandler = s.answerError
	e.Use(s.requestID, s.observe, s.recovered, s.boundBody, s.boundTime, s.plainHeaders)
	s.echo = e

	s.mountOperations(e.Group(""))
	if err := s.mountAPI(e.Group("/api/v1", apiHeaders)); err != nil {
		return nil, err
	}
	s.mountEngine(e.Group("/engine", engineHeaders, s.browserSession, s.limitRate, s.authorise))
	s.mountPages(e.Group("", plainIDs, s.browserSession, s.limitRate, pageHeaders, s.csrf(), s.authorise))
	return s, unlisted(e)
}

// Handler gives all routes.
func (s *Server) Handler() http.Handler { return s.echo }

// now is the civil moment.
func (s *Server) now() time.Time { return s.Clock().At(s.Now()) }

// today is the civil day.
func (s *Server) today() deliberation.Date { return deliberation.DateOf(s.now()) }

// secure reports whether people reach the server by https.
func (s *Server) secure() bool { return s.https }
