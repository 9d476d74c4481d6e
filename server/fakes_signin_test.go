package server

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// sessionsHere keeps sessions in memory.
type sessionsHere struct {
	mu   sync.Mutex
	rows map[string]deliberation.Session
}

func newSessionsHere() *sessionsHere { return &sessionsHere{rows: map[string]deliberation.Session{}} }

func (s *sessionsHere) OpenSession(_ context.Context, hash string, v deliberation.Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows[hash] = v
	return nil
}

func (s *sessionsHere) FindSession(_ context.Context, hash string, now time.Time) (deliberation.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.rows[hash]
	if !ok || !now.Before(v.Idle) {
		return deliberation.Session{}, deliberation.Refuse(deliberation.RefuseSignIn)
	}
	return v, nil
}

func (s *sessionsHere) change(id string, f func(hash string, v deliberation.Session)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for hash, v := range s.rows {
		if v.ID == id {
			f(hash, v)
			return nil
		}
	}
	return deliberation.Refuse(deliberation.RefuseSignIn)
}

func (s *sessionsHere) TouchSession(_ context.Context, id string, seen, idle time.Time) error {
	_ = s.change(id, func(hash string, v deliberation.Session) {
		v.Seen, v.Idle = seen, idle
		s.rows[hash] = v
	})
	return nil
}

func (s *sessionsHere) EnterCommunity(_ context.Context, id string, c deliberation.CommunityID) error {
	return s.change(id, func(hash string, v deliberation.Session) {
		v.Entered = c
		s.rows[hash] = v
	})
}

func (s *sessionsHere) ProveSession(_ context.Context, id, hash string, _ deliberation.Means, strong bool, now time.Time) error {
	return s.change(id, func(old string, v deliberation.Session) {
		delete(s.rows, old)
		v.Proved, v.Strong = now, v.Strong || strong
		s.rows[hash] = v
	})
}

func (s *sessionsHere) EndSession(_ context.Context, person deliberation.PersonID, id string) error {
	_ = s.change(id, func(hash string, v deliberation.Session) {
		if v.Person == person {
			delete(s.rows, hash)
		}
	})
	return nil
}

func (s *sessionsHere) EndSessions(_ context.Context, person deliberation.PersonID, but string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for hash, v := range s.rows {
		if v.Person == person && v.ID != but {
			delete(s.rows, hash)
		}
	}
	return nil
}

func (s *sessionsHere) SessionsOf(_ context.Context, person deliberation.PersonID, now time.Time) ([]deliberation.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []deliberation.Session
	for _, v := range s.rows {
		if v.Person == person && now.Before(v.Idle) {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b deliberation.Session) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// bareHands are credentials where nobody has any: links are all there is. What
// they do with some is tried on the real store, in signin_test.go.
type bareHands struct{}

func (bareHands) CredentialsOf(context.Context, deliberation.PersonID) (deliberation.Credentials, error) {
	return deliberation.Credentials{}, nil
}

func (bareHands) PasswordByPhone(context.Context, string) (deliberation.PersonID, string, error) {
	return "", "", nil
}

func (bareHands) PasswordOf(context.Context, deliberation.PersonID) (string, error) { return "", nil }

func (bareHands) SetPassword(context.Context, deliberation.PersonID, string, time.Time) error {
	return nil
}
func (bareHands) CountTry(context.Context, string, time.Time) error { return nil }
func (bareHands) ForgetTries(context.Context, string) error         { return nil }
func (bareHands) NoteFailure(context.Context, deliberation.PersonID, deliberation.Means) error {
	return nil
}

func (bareHands) TOTPOf(context.Context, deliberation.PersonID) (deliberation.TOTP, error) {
	return deliberation.TOTP{}, notFound
}

func (bareHands) BeginTOTP(context.Context, deliberation.PersonID, string, time.Time) error {
	return nil
}

func (bareHands) ConfirmTOTP(context.Context, deliberation.PersonID, int64, []string, time.Time) error {
	return notFound
}

func (bareHands) UseTOTPStep(context.Context, deliberation.PersonID, int64) error {
	return deliberation.Refuse(deliberation.RefuseWrongCredential)
}

func (bareHands) UseRecoveryCode(context.Context, deliberation.PersonID, string, time.Time) error {
	return deliberation.Refuse(deliberation.RefuseWrongCredential)
}
func (bareHands) DropTOTP(context.Context, deliberation.PersonID) error            { return nil }
func (bareHands) AddPasskey(context.Context, deliberation.Passkey) error           { return nil }
func (bareHands) UsePasskey(context.Context, deliberation.Passkey) error           { return notFound }
func (bareHands) DropPasskey(context.Context, deliberation.PersonID, string) error { return nil }

func (bareHands) PersonByIdentity(context.Context, string, string) (deliberation.PersonID, error) {
	return "", nil
}

func (bareHands) PersonByClaim(context.Context, string, string) (deliberation.PersonID, error) {
	return "", nil
}

func (bareHands) LinkIdentity(context.Context, string, string, deliberation.PersonID, time.Time) error {
	return nil
}
func (bareHands) DropIdentity(context.Context, string, deliberation.PersonID) error { return nil }
func (bareHands) KeepCeremony(context.Context, string, deliberation.Ceremony) error { return nil }
func (bareHands) TakeCeremony(context.Context, string, string, time.Time) (deliberation.Ceremony, error) {
	return deliberation.Ceremony{}, deliberation.Refuse(deliberation.RefuseSignInExpired)
}
