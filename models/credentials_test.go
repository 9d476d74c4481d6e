package models_test

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

var dawn = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

func hashOf(c string) string { return strings.Repeat(c, 64) }

// sessionOf is a session of a person that begins now and ends in a day.
func sessionOf(id string, person deliberation.PersonID, now time.Time) deliberation.Session {
	return deliberation.Session{
		ID: id, Person: person, Door: deliberation.DoorBrowser, Means: deliberation.ByPassword, Agent: "Firefox, Android",
		Opened: now, Proved: now, Seen: now, Idle: now.Add(2 * time.Hour), Ends: now.Add(24 * time.Hour),
	}
}

func TestSessionsLive(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx, now := t.Context(), time.Now()
		ok(t, s.LoadRoster(ctx, roster(2), "operator"))
		mine := sessionOf("s1", both, now)
		ok(t, s.OpenSession(ctx, hashOf("a"), mine))
		ok(t, s.OpenSession(ctx, hashOf("b"), sessionOf("s2", both, now.Add(-time.Minute))))
		ok(t, s.OpenSession(ctx, hashOf("c"), sessionOf("s3", rep(0), now)))
		refused(t, s.OpenSession(ctx, hashOf("d"), sessionOf("s4", "nobody", now)), deliberation.RefuseNotFound)

		v := got(s.FindSession(ctx, hashOf("a"), now))(t)
		equal(t, "person", v.Person, both)
		equal(t, "means", v.Means, deliberation.ByPassword)
		equal(t, "ends", v.Ends.Equal(mine.Ends.Truncate(time.Microsecond)), true)
		for name, c := range map[string]struct {
			hash string
			at   time.Time
		}{
			"unknown":         {hashOf("e"), now},
			"at the idle end": {hashOf("a"), mine.Idle},
			"later":           {hashOf("a"), mine.Ends.Add(time.Hour)},
		} {
			if _, err := s.FindSession(ctx, c.hash, c.at); !errors.Is(err, deliberation.Refuse(deliberation.RefuseSignIn)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		equal(t, "the moment before", got(s.FindSession(ctx, hashOf("a"), mine.Idle.Add(-time.Second)))(t).ID, "s1")

		ok(t, s.TouchSession(ctx, "s1", now.Add(time.Hour), now.Add(3*time.Hour)))
		equal(t, "touched", got(s.FindSession(ctx, hashOf("a"), mine.Idle))(t).ID, "s1")
		ok(t, s.TouchSession(ctx, "s1", now.Add(time.Hour), mine.Ends.Add(time.Hour)))
		_, err := s.FindSession(ctx, hashOf("a"), mine.Ends)
		refused(t, err, deliberation.RefuseSignIn)

		list := got(s.SessionsOf(ctx, both, now))(t)
		equal(t, "mine", len(list), 2)
		equal(t, "last used first", list[0].ID, "s1")
	})
}

func TestSessionThatEndedNeverComesBack(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx, now := t.Context(), time.Now()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		ok(t, s.OpenSession(ctx, hashOf("a"), sessionOf("s1", both, now)))
		ok(t, s.OpenSession(ctx, hashOf("b"), sessionOf("s2", both, now)))

		ok(t, s.EndSession(ctx, rep(0), "s1")) // another's
		equal(t, "another cannot end it", got(s.FindSession(ctx, hashOf("a"), now))(t).ID, "s1")
		ok(t, s.ProveSession(ctx, "s1", hashOf("c"), deliberation.ByCode, true, now))
		_, err := s.FindSession(ctx, hashOf("a"), now)
		refused(t, err, deliberation.RefuseSignIn)
		equal(t, "strong", got(s.FindSession(ctx, hashOf("c"), now))(t).Strong, true)
		ok(t, s.ProveSession(ctx, "s1", hashOf("d"), deliberation.ByPassword, false, now))
		equal(t, "still strong", got(s.FindSession(ctx, hashOf("d"), now))(t).Strong, true)

		ok(t, s.EndSession(ctx, both, "s1"))
		ok(t, s.EndSession(ctx, both, "s1"))
		ok(t, s.TouchSession(ctx, "s1", now, now.Add(time.Hour)))
		refused(t, s.ProveSession(ctx, "s1", hashOf("e"), deliberation.ByCode, true, now), deliberation.RefuseSignIn)
		for _, h := range []string{"a", "c", "d", "e"} {
			_, err := s.FindSession(ctx, hashOf(h), now)
			refused(t, err, deliberation.RefuseSignIn)
		}
		ok(t, s.OpenSession(ctx, hashOf("f"), sessionOf("s3", both, now)))
		ok(t, s.EndSessions(ctx, both, "s3"))
		list := got(s.SessionsOf(ctx, both, now))(t)
		equal(t, "the one that was spared", len(list) == 1 && list[0].ID == "s3", true)
		ok(t, s.EndSessions(ctx, both, ""))
		equal(t, "none", len(got(s.SessionsOf(ctx, both, now))(t)), 0)
	})
}

// setPhone gives persons a number as the roster keeps it.
func setPhone(t *testing.T, b backend, phone string, people ...deliberation.PersonID) {
	t.Helper()
	db := b.raw(t)
	lookup := keys(t, 7).Lookup("persons", "phone", phone)
	for _, p := range people {
		if _, err := db.ExecContext(t.Context(), "UPDATE persons SET phone_lookup = '"+lookup+"' WHERE id = '"+string(p)+"'"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPasswords(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		const hash, other = "$argon2id$v=19$m=19456,t=2,p=1$a$b", "$argon2id$v=19$m=19456,t=2,p=1$c$d"
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		setPhone(t, b, "13900000001", both, rep(0))
		byPhone := func(want deliberation.PersonID, wantHash string) {
			t.Helper()
			p, h, err := s.PasswordByPhone(ctx, "13900000001")
			ok(t, err)
			equal(t, "person", p, want)
			equal(t, "hash", h, wantHash)
		}
		byPhone("", "")
		ok(t, s.SetPassword(ctx, both, hash, dawn))
		byPhone(both, hash)
		ok(t, s.SetPassword(ctx, both, other, dawn))
		byPhone(both, other)
		equal(t, "of a person", got(s.PasswordOf(ctx, both))(t), other)
		ok(t, s.SetPassword(ctx, rep(0), hash, dawn))
		byPhone("", "") // two of one household: nobody finds out which by trying
		ok(t, s.SetPassword(ctx, both, "", dawn))
		byPhone(rep(0), hash)
		equal(t, "taken away", got(s.PasswordOf(ctx, both))(t), "")
		if err := s.SetPassword(ctx, rep(1), "in the clear", dawn); err == nil {
			t.Error("a password is kept as it was typed")
		}
		refused(t, s.SetPassword(ctx, "nobody", hash, dawn), deliberation.RefuseNotFound)
		db := b.raw(t)
		if _, err := db.ExecContext(ctx, "UPDATE persons SET standing = 'moved', left_day = '2026-11-01' WHERE id = '"+string(rep(0))+"'"); err != nil {
			t.Fatal(err)
		}
		byPhone("", "")
	})
}

func TestTriesGrowDearer(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx, now := t.Context(), dawn
		earliest := func(err error) time.Duration {
			t.Helper()
			var r *deliberation.Refusal
			if !errors.As(err, &r) || r.Code != deliberation.RefuseLockedOut {
				t.Fatalf("not locked: %v", err)
			}
			return r.Earliest.Sub(now)
		}
		for range 5 {
			ok(t, s.CountTry(ctx, "a", now))
		}
		for _, lock := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			lock *= time.Minute
			equal(t, "lock", earliest(s.CountTry(ctx, "a", now)), lock)
			equal(t, "asking again does not lengthen it", earliest(s.CountTry(ctx, "a", now)), lock)
			now = now.Add(lock - time.Second)
			equal(t, "the last second", earliest(s.CountTry(ctx, "a", now)), time.Second)
			ok(t, s.CountTry(ctx, "b", now)) // another is not kept waiting
			ok(t, s.ForgetTries(ctx, "b"))
			now = now.Add(time.Second)
			ok(t, s.CountTry(ctx, "a", now))
		}
		ok(t, s.ForgetTries(ctx, "a"))
		ok(t, s.CountTry(ctx, "a", now))
		for range 4 {
			ok(t, s.CountTry(ctx, "a", now))
		}
		equal(t, "again from the start", earliest(s.CountTry(ctx, "a", now)), time.Minute)
		now = now.Add(24 * time.Hour)
		for range 5 {
			ok(t, s.CountTry(ctx, "a", now)) // forgotten after a day
		}
	})
}

func TestManyTriesAtOnceGainNothing(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		var passed sync.Map
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if err := s.CountTry(t.Context(), "a", dawn); err == nil {
					passed.Store(i, true)
				} else if !errors.Is(err, deliberation.Refuse(deliberation.RefuseLockedOut)) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		n := 0
		passed.Range(func(any, any) bool { n++; return true })
		equal(t, "tries that were let through", n, 5)
	})
}

func TestTOTPIsUsedOnce(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		_, err := s.TOTPOf(ctx, both)
		refused(t, err, deliberation.RefuseNotFound)
		ok(t, s.BeginTOTP(ctx, both, "FIRST", dawn))
		refused(t, s.UseTOTPStep(ctx, both, 7), deliberation.RefuseWrongCredential) // not confirmed
		ok(t, s.BeginTOTP(ctx, both, "SECOND", dawn))
		equal(t, "secret", got(s.TOTPOf(ctx, both))(t).Secret, "SECOND")
		equal(t, "not yet", got(s.CredentialsOf(ctx, both))(t).TOTP, false)
		ok(t, s.ConfirmTOTP(ctx, both, 10, []string{hashOf("a"), hashOf("b")}, dawn))
		refused(t, s.ConfirmTOTP(ctx, both, 12, nil, dawn), deliberation.RefuseTwice)
		refused(t, s.BeginTOTP(ctx, both, "THIRD", dawn), deliberation.RefuseTwice)
		equal(t, "stands", got(s.TOTPOf(ctx, both))(t).Secret, "SECOND")

		for _, step := range []int64{9, 10} { // older, and the one of the confirmation
			refused(t, s.UseTOTPStep(ctx, both, step), deliberation.RefuseWrongCredential)
		}
		ok(t, s.UseTOTPStep(ctx, both, 11))
		refused(t, s.UseTOTPStep(ctx, both, 11), deliberation.RefuseWrongCredential)
		refused(t, s.UseTOTPStep(ctx, rep(0), 12), deliberation.RefuseWrongCredential)

		ok(t, s.UseRecoveryCode(ctx, both, hashOf("a"), dawn))
		refused(t, s.UseRecoveryCode(ctx, both, hashOf("a"), dawn), deliberation.RefuseWrongCredential)
		refused(t, s.UseRecoveryCode(ctx, rep(0), hashOf("b"), dawn), deliberation.RefuseWrongCredential)
		have := got(s.CredentialsOf(ctx, both))(t)
		equal(t, "on, with one code left", have.TOTP && have.RecoveryCodes == 1, true)

		var sealed []byte
		readRow(t, b, "SELECT secret FROM totps", &sealed)
		equal(t, "the secret lies sealed", strings.Contains(string(sealed), "SECOND"), false)

		ok(t, s.DropTOTP(ctx, both))
		equal(t, "off", got(s.CredentialsOf(ctx, both))(t).TOTP, false)
		ok(t, s.BeginTOTP(ctx, both, "THIRD", dawn))
	})
}

func readRow(t *testing.T, b backend, query string, into ...any) {
	t.Helper()
	if err := b.raw(t).QueryRowContext(t.Context(), query).Scan(into...); err != nil {
		t.Fatal(err)
	}
}

func TestPasskeys(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		k := deliberation.Passkey{ID: "k1", Person: both, Label: "Chrome, Windows", Data: []byte("{}"), Added: dawn}
		ok(t, s.AddPasskey(ctx, k))
		taken := k
		taken.Person = rep(0)
		refused(t, s.AddPasskey(ctx, taken), deliberation.RefuseTwice)
		k.Data, k.Used = []byte(`{"n":1}`), dawn.Add(time.Hour)
		ok(t, s.UsePasskey(ctx, k))
		refused(t, s.UsePasskey(ctx, taken), deliberation.RefuseWrongCredential)
		have := got(s.CredentialsOf(ctx, both))(t).Passkeys
		equal(t, "keys", len(have), 1)
		equal(t, "data", string(have[0].Data), `{"n":1}`)
		equal(t, "used", have[0].Used.Equal(k.Used), true)
		ok(t, s.DropPasskey(ctx, rep(0), "k1"))
		equal(t, "another cannot take it away", len(got(s.CredentialsOf(ctx, both))(t).Passkeys), 1)
		ok(t, s.DropPasskey(ctx, both, "k1"))
		refused(t, s.UsePasskey(ctx, k), deliberation.RefuseWrongCredential)
	})
}

func TestIdentities(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		const issuer = "https://id.example"
		ok(t, s.LoadRoster(ctx, roster(2), "operator"))
		equal(t, "nobody", got(s.PersonByIdentity(ctx, issuer, "u1"))(t), "")
		ok(t, s.LinkIdentity(ctx, issuer, "u1", both, dawn))
		ok(t, s.LinkIdentity(ctx, issuer, "u1", both, dawn))
		refused(t, s.LinkIdentity(ctx, issuer, "u1", rep(0), dawn), deliberation.RefuseTwice)
		refused(t, s.LinkIdentity(ctx, issuer, "u2", both, dawn), deliberation.RefuseTwice)
		equal(t, "whose", got(s.PersonByIdentity(ctx, issuer, "u1"))(t), both)
		equal(t, "of another issuer", got(s.PersonByIdentity(ctx, "https://evil.example", "u1"))(t), "")
		equal(t, "linked", got(s.CredentialsOf(ctx, both))(t).Identity.Equal(dawn), true)
		ok(t, s.DropIdentity(ctx, issuer, rep(0)))
		ok(t, s.DropIdentity(ctx, issuer, both))
		equal(t, "unlinked", got(s.PersonByIdentity(ctx, issuer, "u1"))(t), "")

		setPhone(t, b, "13900000001", both)
		setPhone(t, b, "13900000002", rep(0), rep(1))
		equal(t, "by phone", got(s.PersonByClaim(ctx, "phone", "13900000001"))(t), both)
		equal(t, "two of them", got(s.PersonByClaim(ctx, "phone", "13900000002"))(t), "")
		equal(t, "empty", got(s.PersonByClaim(ctx, "phone", ""))(t), "")
		equal(t, "of another kind", got(s.PersonByClaim(ctx, "identity", "13900000001"))(t), "")
		equal(t, "no column", got(s.PersonByClaim(ctx, "name", "欧阳丹"))(t), "")
	})
}

func TestCeremoniesAreTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		c := deliberation.Ceremony{Kind: "passkey", Person: both, Data: []byte("challenge"), Expires: dawn.Add(time.Minute)}
		ok(t, s.KeepCeremony(ctx, hashOf("a"), c))
		ok(t, s.KeepCeremony(ctx, hashOf("b"), c))
		for name, err := range map[string]error{
			"another kind": second(s.TakeCeremony(ctx, hashOf("a"), "code", dawn)),
			"too late":     second(s.TakeCeremony(ctx, hashOf("a"), "passkey", c.Expires)),
			"unknown":      second(s.TakeCeremony(ctx, hashOf("c"), "passkey", dawn)),
		} {
			if !errors.Is(err, deliberation.Refuse(deliberation.RefuseSignInExpired)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		taken := got(s.TakeCeremony(ctx, hashOf("a"), "passkey", dawn))(t)
		equal(t, "data", string(taken.Data), "challenge")
		equal(t, "person", taken.Person, both)
		refused(t, second(s.TakeCeremony(ctx, hashOf("a"), "passkey", dawn)), deliberation.RefuseSignInExpired)

		var won sync.Map
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if _, err := s.TakeCeremony(ctx, hashOf("b"), "passkey", dawn); err == nil {
					won.Store(i, true)
				}
			})
		}
		all.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		equal(t, "winners", n, 1)
	})
}

func second[T any](_ T, err error) error { return err }

func TestSignInIsAudited(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx, now := t.Context(), time.Now()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		ok(t, s.OpenSession(ctx, hashOf("a"), sessionOf("s1", both, now)))
		helped := sessionOf("s2", both, now)
		helped.Means, helped.Assistant = deliberation.ByLink, rep(0)
		ok(t, s.OpenSession(ctx, hashOf("b"), helped))
		ok(t, s.EndSession(ctx, both, "s2"))
		ok(t, s.ProveSession(ctx, "s1", hashOf("c"), deliberation.ByPasskey, true, now))
		ok(t, s.NoteFailure(ctx, both, deliberation.ByPassword))
		ok(t, s.NoteFailure(ctx, "", deliberation.ByPassword))
		ok(t, s.AddPasskey(ctx, deliberation.Passkey{ID: "k", Person: both, Data: []byte("{}"), Added: now}))
		ok(t, s.SetPassword(deliberation.WithAssistant(ctx, rep(0)), both, "$argon2id$x", now))
		out := got(s.CreateLink(ctx, both, now.Add(time.Hour)))(t)
		ok(t, s.KeepCeremony(ctx, hashOf("d"), deliberation.Ceremony{Kind: "code", Person: both, Data: []byte("{}"), Expires: now.Add(time.Hour)}))
		ok(t, s.ResetSignIn(ctx, both))
		_, err := s.ConsumeLink(ctx, out, now)
		refused(t, err, deliberation.RefuseLinkUsed)
		_, err = s.TakeCeremony(ctx, hashOf("d"), "code", now)
		refused(t, err, deliberation.RefuseSignInExpired)
		equal(t, "sessions after the reset", len(got(s.SessionsOf(ctx, both, now))(t)), 0)
		refused(t, s.ResetSignIn(ctx, "nobody"), deliberation.RefuseNotFound)

		for _, want := range []struct{ act, person, assistant, subject string }{
			{"sign_in", "both", "", "password"}, {"assist_begin", "both", string(rep(0)), "s2"}, {"assist_end", "both", string(rep(0)), "s2"},
			{"confirm", "both", "", "passkey"}, {"sign_in_failed", "both", "", "password"}, {"sign_in_failed", "", "", "password"},
			{"passkey_added", "both", "", ""}, {"password_set", "both", string(rep(0)), ""}, {"sign_in_reset", "both", "", ""},
		} {
			var n int
			err := b.raw(t).QueryRowContext(ctx, "SELECT count(*) FROM audit WHERE act = '"+want.act+"' AND person = '"+want.person+"' AND assistant = '"+want.assistant+"' AND subject = '"+want.subject+"'").Scan(&n)
			if errors.Is(err, sql.ErrNoRows) || err != nil || n != 1 {
				t.Errorf("%v: %d entries, %v", want, n, err)
			}
		}
	})
}

func TestSweepLeavesWhatLives(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx, now := t.Context(), time.Now()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		ok(t, s.OpenSession(ctx, hashOf("a"), sessionOf("s1", both, now)))
		ok(t, s.OpenSession(ctx, hashOf("b"), sessionOf("s2", both, now.Add(-25*time.Hour))))
		ok(t, s.KeepCeremony(ctx, hashOf("a"), deliberation.Ceremony{Kind: "code", Expires: now.Add(time.Hour)}))
		ok(t, s.KeepCeremony(ctx, hashOf("b"), deliberation.Ceremony{Kind: "code", Expires: now.Add(-time.Hour)}))
		ok(t, s.CountTry(ctx, "young", now))
		ok(t, s.CountTry(ctx, "old", now.Add(-25*time.Hour)))
		ok(t, s.Sweep(ctx))
		for _, table := range []string{"sessions", "ceremonies", "tries"} {
			var n int
			readRow(t, b, "SELECT count(*) FROM "+table, &n)
			equal(t, table, n, 1)
		}
	})
}
