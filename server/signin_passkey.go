package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// newPasskeys makes the party that keys are registered with: the host people
// come to. A passkey belongs to a name; at a bare address there are none (nil).
func newPasskeys(base *url.URL) (*webauthn.WebAuthn, error) {
	host := base.Hostname()
	if host == "" || net.ParseIP(host) != nil {
		return nil, nil //nolint:nilnil // no passkeys is no error
	}
	return webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: totpIssuer, RPOrigins: []string{base.Scheme + "://" + base.Host}})
}

// keyHolder is a person as the library knows them.
type keyHolder struct {
	person deliberation.Person
	keys   []webauthn.Credential
}

func (h keyHolder) WebAuthnID() []byte                         { return []byte(h.person.ID) }
func (h keyHolder) WebAuthnName() string                       { return h.person.Name }
func (h keyHolder) WebAuthnDisplayName() string                { return h.person.Name }
func (h keyHolder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (s *Server) holderOf(ctx context.Context, id deliberation.PersonID) (keyHolder, error) {
	person, err := s.People.Person(ctx, id)
	if err != nil {
		return keyHolder{}, err
	}
	have, err := s.Credentials.CredentialsOf(ctx, id)
	if err != nil {
		return keyHolder{}, err
	}
	h := keyHolder{person: person}
	for _, k := range have.Passkeys {
		var key webauthn.Credential
		if err := json.Unmarshal(k.Data, &key); err != nil {
			return keyHolder{}, err
		}
		h.keys = append(h.keys, key)
	}
	return h, nil
}

// passkeysHere refuses where people come to a bare address.
func (s *Server) passkeysHere() error {
	if s.passkeys == nil {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return nil
}

// challenge keeps the challenge and gives what the browser needs to answer it.
func (s *Server) challenge(c echo.Context, kind string, person deliberation.PersonID, challenge *webauthn.SessionData) error {
	data, err := json.Marshal(challenge)
	if err != nil {
		return err
	}
	return s.beginCeremony(c, kind, person, data)
}

func (s *Server) challenged(c echo.Context, kind string) (deliberation.Ceremony, webauthn.SessionData, error) {
	var challenge webauthn.SessionData
	begun, err := s.endCeremony(c, kind)
	if err == nil {
		err = json.Unmarshal(begun.Data, &challenge)
	}
	return begun, challenge, err
}

// enrolPasskey begins to register a key for who is signed in.
func (s *Server) enrolPasskey(c echo.Context) (*protocol.CredentialCreation, error) {
	holder, err := s.holderOf(c.Request().Context(), s.viewer(c).Person.ID)
	if err != nil {
		return nil, err
	}
	options, challenge, err := s.passkeys.BeginRegistration(holder,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithExclusions(webauthn.Credentials(holder.keys).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	return options, s.challenge(c, passkeyEnrol, holder.person.ID, challenge)
}

// addPasskey registers the key that answered.
func (s *Server) addPasskey(c echo.Context) error {
	ctx := c.Request().Context()
	begun, challenge, err := s.challenged(c, passkeyEnrol)
	if err != nil {
		return err
	}
	if begun.Person != s.viewer(c).Person.ID {
		return deliberation.Refuse(deliberation.RefuseSignInExpired)
	}
	holder, err := s.holderOf(ctx, begun.Person)
	if err != nil {
		return err
	}
	key, err := s.passkeys.FinishRegistration(holder, challenge, c.Request())
	if err != nil {
		return deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	data, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return s.Credentials.AddPasskey(ctx, deliberation.Passkey{
		ID: passkeyID(key), Person: begun.Person, Label: agentFamily(c.Request().UserAgent()), Data: data, Added: s.Now(),
	})
}

func passkeyID(key *webauthn.Credential) string { return base64.RawURLEncoding.EncodeToString(key.ID) }

// askPasskey asks whoever has a key of ours.
func (s *Server) askPasskey(c echo.Context) (*protocol.CredentialAssertion, error) {
	options, challenge, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	return options, s.challenge(c, passkeySignIn, "", challenge)
}

// passkeyAnswered signs in whose key answered.
func (s *Server) passkeyAnswered(c echo.Context) error {
	ctx := c.Request().Context()
	_, challenge, err := s.challenged(c, passkeySignIn)
	if err != nil {
		return err
	}
	var holder keyHolder
	key, err := s.passkeys.FinishDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		if !isID(string(handle)) {
			return nil, deliberation.Refuse(deliberation.RefuseWrongCredential)
		}
		var err error
		holder, err = s.holderOf(ctx, deliberation.PersonID(handle))
		return holder, err
	}, challenge, c.Request())
	if err := s.keyUsed(c, holder, key, err); err != nil {
		return err
	}
	return s.signInAs(c, holder.person.ID, deliberation.ByPasskey, true)
}

// askOwnPasskey asks for a key of who is signed in.
func (s *Server) askOwnPasskey(c echo.Context) (*protocol.CredentialAssertion, error) {
	holder, err := s.holderOf(c.Request().Context(), s.viewer(c).Person.ID)
	if err != nil {
		return nil, err
	}
	if len(holder.keys) == 0 {
		return nil, deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	options, challenge, err := s.passkeys.BeginLogin(holder, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	return options, s.challenge(c, passkeyConfirm, holder.person.ID, challenge)
}

// confirmPasskey proves by a key who is signed in.
func (s *Server) confirmPasskey(c echo.Context) error {
	begun, challenge, err := s.challenged(c, passkeyConfirm)
	if err != nil {
		return err
	}
	if begun.Person != s.viewer(c).Person.ID {
		return deliberation.Refuse(deliberation.RefuseSignInExpired)
	}
	holder, err := s.holderOf(c.Request().Context(), begun.Person)
	if err != nil {
		return err
	}
	key, err := s.passkeys.FinishLogin(holder, challenge, c.Request())
	if err := s.keyUsed(c, holder, key, err); err != nil {
		return err
	}
	return s.prove(c, deliberation.ByPasskey, true)
}

// keyUsed keeps the key's counter. A key that did not fit, or whose counter went
// back, as that of a copy does, is refused and written to the audit.
func (s *Server) keyUsed(c echo.Context, holder keyHolder, key *webauthn.Credential, failure error) error {
	if failure != nil || key.Authenticator.CloneWarning {
		return s.failed(c, holder.person.ID, deliberation.ByPasskey)
	}
	data, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return s.Credentials.UsePasskey(c.Request().Context(), deliberation.Passkey{ID: passkeyID(key), Person: holder.person.ID, Data: data, Used: s.Now()})
}
