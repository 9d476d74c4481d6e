package server

import (
	"context"
	"crypto/rand"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/yishi-project/yishi/deliberation"
)

// passwordCost is what OWASP's password storage cheat sheet asks of Argon2id: 19
// MiB, two passes, one lane.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// The bounds of a password, in characters. No rule asks for odd characters: they
// make people write passwords down.
const (
	shortestPassword = 8
	longestPassword  = 128
	// waitingPasswords is how many may wait to be looked at before others are sent away.
	waitingPasswords = 64
)

// commonPasswords are those that are tried first.
var commonPasswords = []string{
	"12345678", "123456789", "1234567890", "87654321", "11111111", "88888888", "66666666", "00000000", "12341234", "11223344", "password", "password1",
	"qwertyui", "qwerty123", "qwertyuiop", "1qaz2wsx", "a1234567", "a12345678", "a123456789", "abc12345", "abcd1234", "aa123456", "woaini1314", "5201314520", "asdfghjkl", "iloveyou", "88888888a",
}

// checkPassword says what is wrong with a password that somebody chooses, empty
// where nothing is.
func checkPassword(password string) (problem string, limit int) {
	lower := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < shortestPassword:
		return "too_short", shortestPassword
	case n > longestPassword, !utf8.ValidString(password):
		return tooLong, longestPassword
	case strings.Trim(lower, lower[:1]) == "":
		return "too_common", 0
	}
	for _, c := range commonPasswords {
		if lower == c {
			return "too_common", 0
		}
	}
	return "", 0
}

// passwords hashes them, a few at a time: each takes 19 MiB and a tenth of a
// second, and ballots are cast on the same processors.
type passwords struct {
	slots   chan struct{}
	waiting atomic.Int64
}

func newPasswords() *passwords {
	return &passwords{slots: make(chan struct{}, max(1, runtime.NumCPU()/2))}
}

// nobodys is the hash of a password that nobody knows, to be compared where there
// is none, so that an account that is not there takes as long as one that is.
var nobodys = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(rand.Text(), passwordCost) })

// turn waits for one. RefuseUnavailable where too many wait or the request ends.
func (p *passwords) turn(ctx context.Context) (done func(), err error) {
	if p.waiting.Add(1) > waitingPasswords {
		p.waiting.Add(-1)
		return nil, deliberation.Refuse(deliberation.RefuseUnavailable)
	}
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes the hash that is kept.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	done, err := p.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return argon2id.CreateHash(password, passwordCost)
}

// fit reports whether the password is the one of the hash. An empty hash is
// nobody's, and costs as much.
func (p *passwords) fit(ctx context.Context, password, hash string) (bool, error) {
	if utf8.RuneCountInString(password) > longestPassword {
		password = "" // nobody has it, and nobody makes us hash a book
	}
	done, err := p.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	blank := hash == ""
	if blank {
		if hash, err = nobodys(); err != nil {
			return false, err
		}
	}
	fits, err := argon2id.ComparePasswordAndHash(password, hash)
	return fits && !blank, err
}
