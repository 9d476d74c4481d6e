package main

import (
	"testing"

	"github.com/yishi-project/yishi/models"
)

// Every kind of data, ground and period has its words; a new one without them fails here.
func TestErasureAndRetentionHaveTheirWords(t *testing.T) {
	for _, r := range models.Retentions {
		if retentionKinds[r.What] == "" || retentionSince[r.Since] == "" || retentionWhy[r.Why] == "" {
			t.Errorf("%s: %q since %q because %q", r.What, retentionKinds[r.What], retentionSince[r.Since], retentionWhy[r.Why])
		}
	}
	for _, reason := range models.ErasureReasons {
		if erasureReasons[reason] == "" {
			t.Errorf("%s has no words", reason)
		}
	}
	for what, why := range models.ErasureKinds() {
		if dataKinds[what] == "" || why != "" && grounds[why] == "" {
			t.Errorf("%s is %q, kept for %q", what, dataKinds[what], why)
		}
	}
}
