package activities

import (
	"errors"
	"fmt"
	"testing"

	"go.temporal.io/sdk/temporal"

	"github.com/yishi-project/yishi/deliberation"
)

// A refusal is final; a database that is away is waited for.
func TestOnlyWhatWaitingCannotMendIsFinal(t *testing.T) {
	for _, c := range []struct {
		err   error
		final bool
	}{
		{deliberation.Refuse(deliberation.RefusePollClosed), true},
		{fmt.Errorf("models: close poll: %w", deliberation.Refuse(deliberation.RefuseUnavailable)), false},
		{errors.New("disk full"), false},
	} {
		var app *temporal.ApplicationError
		if final := errors.As(translate(c.err), &app) && app.NonRetryable(); final != c.final {
			t.Errorf("%v: final %v", c.err, final)
		}
	}
}
