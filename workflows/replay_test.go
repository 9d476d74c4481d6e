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

// released are the processes that people run, each under the folder of its histories.
// One that joins them brings the history of its first release.
var released = map[string]any{
	"four_deliberations":   workflows.FourDeliberations,
	"conference":           workflows.Conference,
	"demand":               workflows.Demand,
	"duty_report":          workflows.DutyReport,
	"hearing":              workflows.Hearing,
	"department_appraisal": workflows.DepartmentAppraisal,
	"disclosure":           workflows.Disclosure,
	"consultation":         workflows.Consultation,
	"open_talk":            workflows.OpenTalk,
	"livelihood_matter":    workflows.LivelihoodMatter,
	"election":             workflows.Election,
	"recall":               workflows.Recall,
	"choosing":             workflows.Choosing,
	"resignation":          workflows.Resignation,
}

// Recorded histories are never regenerated: a changed workflow gets a version gate
// and a new recording. `yishi demo --play --process=… --history FILE` makes one.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/histories/*/*.json")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "testdata/histories/"), func(t *testing.T) {
			t.Parallel()
			process, found := released[filepath.Base(filepath.Dir(file))]
			require.True(t, found, "a history of no released process")
			r := worker.NewWorkflowReplayer()
			r.RegisterWorkflow(process)
			require.NoError(t, r.ReplayWorkflowHistoryFromJSONFile(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), file))
		})
	}
}

func TestEveryReleasedProcessHasItsFirstHistory(t *testing.T) {
	t.Parallel()
	for name := range released {
		require.FileExists(t, filepath.Join("testdata/histories", name, "v1_played.json"))
	}
}
