package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"github.com/yishi-project/yishi/deliberation"
)

// requestLimit is how long one request may take. An act waits for the engine, a
// dossier for many reads.
const requestLimit = 30 * time.Second

// Body limits in bytes. An image comes to the API in base64, a third longer.
const (
	bodyLimit  = 2 << 20
	photoLimit = maxPhoto/3*4 + 1<<20
)

const requestIDKey = "request_id"

// requestID names each request by a number of our own: one that a client sends
// could carry anything into the logs.
func (s *Server) requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		id := hex.EncodeToString(b[:])
		c.Set(requestIDKey, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

func requestIDOf(c echo.Context) string { id, _ := c.Get(requestIDKey).(string); return id }

// observe writes the access log and the metrics. Neither holds an address, a
// query, a name or a body: the route says what was asked, not of whom.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := time.Since(began)
		route, status := c.Path(), c.Response().Status
		if actionOf(c) == "" {
			route = "none"
		}
		s.meters.count(c.Request().Method, route, status, took)
		s.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
			slog.String("request_id", requestIDOf(c)), slog.String("method", c.Request().Method), slog.String("route", route),
			slog.Int("status", status), slog.Int64("bytes", c.Response().Size), slog.Duration("took", took))
		return nil
	}
}

// recovered turns a panic into an error, with its place for the log.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if e, ok := r.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(r)
			}
			stack := make([]byte, 8<<10)
			stack = stack[:runtime.Stack(stack, false)]
			err = fmt.Errorf("panic: %v\n%s", r, stack)
		}()
		return next(c)
	}
}

// boundBody bounds what is read of a body.
func (s *Server) boundBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		limit := int64(bodyLimit)
		if a := actionOf(c); a == toAct || a == toGiveMandate {
			limit = photoLimit
		}
		if a := actionOf(c); a == toImport || a == toEditEstates {
			limit = importLimit
		}
		r := c.Request()
		if r.ContentLength > limit {
			return deliberation.Refuse(deliberation.RefuseTooLarge)
		}
		r.Body = &boundedBody{body: r.Body, left: limit}
		return next(c)
	}
}

// boundedBody refuses to read past its bound, whatever length was announced.
type boundedBody struct {
	body io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, deliberation.Refuse(deliberation.RefuseTooLarge)
	}
	return n, err
}

func (b *boundedBody) Close() error { return b.body.Close() }

// boundTime ends what takes too long. The engine's page streams and keeps its own time.
func (s *Server) boundTime(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if actionOf(c) == toRunEngine {
			return next(c)
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), requestLimit)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// plainHeaders are those of every answer.
func (s *Server) plainHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pageHeaders are those of the pages. A page may hold names, so no cache keeps
// it; files that are the same for all say so themselves.
func pageHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Frame-Options", "DENY")
		if actionOf(c) != toLoadAsset {
			h.Set("Cache-Control", "no-store")
			h.Add("Vary", "Cookie")
		}
		return next(c)
	}
}

func apiHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		return next(c)
	}
}

// engineHeaders are those of the engine's own page, whose scripts are not ours to bound.
func engineHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", "frame-ancestors 'none'; object-src 'none'; base-uri 'self'")
		h.Set("X-Frame-Options", "DENY")
		return next(c)
	}
}

// csrf refuses forms from other sites. The token is in the context under "csrf"
// and comes back in the field _csrf or the header X-CSRF-Token.
func (s *Server) csrf() echo.MiddlewareFunc {
	return middleware.CSRFWithConfig(middleware.CSRFConfig{
		TokenLookup: "header:" + echo.HeaderXCSRFToken + ",form:_csrf",
		CookieName:  s.cookieName("yishi_csrf"), CookiePath: "/", CookieHTTPOnly: true, CookieSecure: s.secure(), CookieSameSite: http.SameSiteLaxMode,
		Skipper: func(c echo.Context) bool { return actionOf(c) == toLoadAsset },
		ErrorHandler: func(err error, _ echo.Context) error {
			var r *deliberation.Refusal
			if errors.As(err, &r) { // the body was refused before its token was found
				return r
			}
			return deliberation.Refuse(deliberation.RefuseCrossSite)
		},
	})
}

// addressOf tells whose request it is: the peer's address, or what a trusted
// proxy says.
func addressOf(proxies []string) (echo.IPExtractor, error) {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect(), nil
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		if !strings.Contains(p, "/") {
			p += map[bool]string{true: "/128", false: "/32"}[strings.Contains(p, ":")]
		}
		_, network, err := net.ParseCIDR(p)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy: %w", err)
		}
		trust = append(trust, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(trust...), nil
}

// rates hold what is left to each person and address.
type rates struct {
	person, address, signIn, proof *middleware.RateLimiterMemoryStore
}

// The default limits, in requests a second. A hall of people, or a whole carrier's
// network, may share one address; a link's token has 128 bits, so that nobody
// guesses one at any of these rates.
const (
	personRate  = 300
	addressRate = 300
	signInRate  = 30
	// proofRate is of passwords and codes, each of which costs a tenth of a second to
	// look at. It keeps the rest of the server going; what keeps guessers out is counted
	// against the person (Credentials.CountTry), wherever they come from.
	proofRate = 5
)

func newRates(l Limits) rates {
	store := func(set, def int) *middleware.RateLimiterMemoryStore {
		if set <= 0 {
			set = def
		}
		return middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{Rate: rate.Limit(set), Burst: set * 10, ExpiresIn: 3 * time.Minute})
	}
	return rates{person: store(l.Person, personRate), address: store(l.Address, addressRate), signIn: store(l.SignIn, signInRate), proof: store(l.Proof, proofRate)}
}

// limitRate comes after the session, so that a made-up token is counted on its
// address and nobody signed in pays for a neighbour behind the same one.
func (s *Server) limitRate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		store, who := s.rates.address, c.RealIP()
		v := s.viewer(c)
		switch {
		case actionOf(c) == toSignIn && c.Request().Method == http.MethodPost:
			store = s.rates.signIn
		case actionOf(c) == toProveSelf:
			store = s.rates.proof
		case v.SignedIn:
			store, who = s.rates.person, string(v.Person.ID)
		}
		if ok, err := store.Allow(who); err != nil || !ok {
			return deliberation.Refuse(deliberation.RefuseRateLimited)
		}
		return next(c)
	}
}
