package workflows_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/yishi-project/yishi/workflows"
)

// Recorded histories are never regenerated: a changed workflow gets a version gate
// and a new recording. `yishi demo --play --history FILE` makes one.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/histories/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "testdata/histories/"), func(t *testing.T) {
			t.Parallel()
			r := worker.NewWorkflowReplayer()
			r.RegisterWorkflow(workflows.FourDeliberations)
			r.RegisterWorkflow(workflows.Conference)
			r.RegisterWorkflow(workflows.Demand)
			r.RegisterWorkflow(workflows.DutyReport)
			r.RegisterWorkflow(workflows.Hearing)
			r.RegisterWorkflow(workflows.DepartmentAppraisal)
			r.RegisterWorkflow(workflows.Disclosure)
			r.RegisterWorkflow(workflows.Consultation)
			r.RegisterWorkflow(workflows.OpenTalk)
			r.RegisterWorkflow(workflows.LivelihoodMatter)
			r.RegisterWorkflow(workflows.Election)
			r.RegisterWorkflow(workflows.Recall)
			require.NoError(t, r.ReplayWorkflowHistoryFromJSONFile(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), file))
		})
	}
}
