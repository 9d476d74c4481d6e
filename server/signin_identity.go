package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"github.com/yishi-project/yishi/deliberation"
)

// IdentityProvider is the unified identity 统一身份 of an installation, by OpenID
// Connect. Without an issuer there is none.
type IdentityProvider struct {
	Issuer, ClientID, Secret string
	// Name is what people call it, for example 天府通办; empty is 统一身份.
	Name string
	// Claim is the claim that is equal to what Match names, "phone" or "identity";
	// both are empty where subjects are linked by the persons themselves only.
	Claim, Match string
	// Scopes are asked for besides openid.
	Scopes []string
}

const (
	// discoveryLimit is how long a page waits for the provider, discoveryRest how long
	// one that did not answer is left alone.
	discoveryLimit = 5 * time.Second
	discoveryRest  = 30 * time.Second
	identityPath   = "/sign-in/identity/callback"
)

// identityProvider is the provider as it was found. It may be down when Yishi starts.
type identityProvider struct {
	IdentityProvider
	redirect string
	client   *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
	rest     time.Time
}

// newIdentityProvider gives nil where there is none.
func newIdentityProvider(p IdentityProvider, base string) *identityProvider {
	if p.Issuer == "" {
		return nil
	}
	return &identityProvider{IdentityProvider: p, redirect: strings.TrimSuffix(base, "/") + identityPath, client: &http.Client{Timeout: discoveryLimit}}
}

// find gives the provider (RefuseUnavailable where it does not answer).
func (p *identityProvider) find(ctx context.Context, now time.Time) (*oidc.Provider, error) {
	if p == nil {
		return nil, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.provider != nil {
		return p.provider, nil
	}
	if now.Before(p.rest) {
		return nil, deliberation.Refuse(deliberation.RefuseUnavailable)
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
	if err != nil {
		p.rest = now.Add(discoveryRest)
		return nil, fmt.Errorf("%w: the unified identity does not answer: %w", deliberation.Refuse(deliberation.RefuseUnavailable), err)
	}
	p.provider = found
	return found, nil
}

func (p *identityProvider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: p.redirect, Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...),
	}
}

// formOrigin gives the origin that a form of ours leads to, empty where the provider is not known.
func (p *identityProvider) formOrigin(ctx context.Context, now time.Time) string {
	found, err := p.find(ctx, now)
	if err != nil {
		return ""
	}
	u, err := url.Parse(found.Endpoint().AuthURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// outing is what must be the same when the browser comes back.
type outing struct{ State, Nonce, Verifier string }

// toIdentity sends the browser to the provider.
func (s *Server) toIdentity(c echo.Context, kind string, person deliberation.PersonID) error {
	found, err := s.identity.find(c.Request().Context(), s.Now())
	if err != nil {
		return err
	}
	o := outing{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	// One outing at a time: the way back is told apart by the cookie that is there.
	s.setCookie(c, s.cookieName("yishi_"+identityBinding), "", time.Time{})
	if err := s.beginCeremony(c, kind, person, data); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.identity.oauth(found).AuthCodeURL(o.State, oidc.Nonce(o.Nonce), oauth2.S256ChallengeOption(o.Verifier)))
}

// fromIdentity ends the outing and gives the token of who came back. What does not
// fit is refused in one way: it may have been made up by anybody.
func (s *Server) fromIdentity(c echo.Context) (begun deliberation.Ceremony, token *oidc.IDToken, err error) {
	ctx := c.Request().Context()
	kind := identitySignIn
	if cookieValue(c, s.cookieName("yishi_"+identityBinding)) != "" {
		kind = identityBinding
	}
	if begun, err = s.endCeremony(c, kind); err != nil {
		return begun, nil, err
	}
	wrong := deliberation.Refuse(deliberation.RefuseWrongCredential)
	var o outing
	if err := json.Unmarshal(begun.Data, &o); err != nil {
		return begun, nil, err
	}
	if subtle.ConstantTimeCompare([]byte(o.State), []byte(c.QueryParam("state"))) != 1 || c.QueryParam("code") == "" {
		return begun, nil, wrong
	}
	found, err := s.identity.find(ctx, s.Now())
	if err != nil {
		return begun, nil, err
	}
	ctx = oidc.ClientContext(ctx, s.identity.client)
	given, err := s.identity.oauth(found).Exchange(ctx, c.QueryParam("code"), oauth2.VerifierOption(o.Verifier))
	if err != nil {
		return begun, nil, wrong
	}
	raw, _ := given.Extra("id_token").(string)
	token, err = found.Verifier(&oidc.Config{ClientID: s.identity.ClientID, Now: s.Now}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(o.Nonce)) != 1 {
		return begun, nil, wrong
	}
	if s.identity.Claim != "" && kind == identitySignIn {
		info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(given))
		if err == nil && info.Subject == token.Subject {
			c.Set(userInfoKey, info)
		}
	}
	return begun, token, nil
}

const userInfoKey = "userinfo"

// claimed gives the value of the claim that stands for a phone or identity number,
// from the token or from what the provider says of its bearer.
func (s *Server) claimed(c echo.Context, token *oidc.IDToken) string {
	read := func(from interface{ Claims(v any) error }) string {
		var claims map[string]any
		if err := from.Claims(&claims); err != nil {
			return ""
		}
		value, _ := claims[s.identity.Claim].(string)
		if s.identity.Claim == "phone_number" && claims["phone_number_verified"] != true { // anybody can type a number in
			return ""
		}
		return value
	}
	value := read(token)
	if info, ok := c.Get(userInfoKey).(*oidc.UserInfo); ok && value == "" {
		value = read(info)
	}
	switch s.identity.Match {
	case "phone":
		return plainPhone(value)
	case "identity":
		return strings.ToUpper(strings.TrimSpace(value))
	}
	return ""
}

// identityHolder gives whose the subject is, and links it the first time where the
// claim is equal to the number of one person; empty where it is nobody's.
func (s *Server) identityHolder(c echo.Context, token *oidc.IDToken) (deliberation.PersonID, error) {
	ctx := c.Request().Context()
	person, err := s.Credentials.PersonByIdentity(ctx, token.Issuer, token.Subject)
	if err != nil || person != "" || s.identity.Claim == "" {
		return person, err
	}
	value := s.claimed(c, token)
	if value == "" {
		return "", nil
	}
	if person, err = s.Credentials.PersonByClaim(ctx, s.identity.Match, value); err != nil || person == "" {
		return "", err
	}
	return person, s.Credentials.LinkIdentity(ctx, token.Issuer, token.Subject, person, s.Now())
}
