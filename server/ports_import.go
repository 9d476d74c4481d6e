package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

// Imports brings rosters in from files, and out to files.
type Imports interface {
	// PlanImport says what an import would do, and changes nothing.
	PlanImport(ctx context.Context, entries []roster.Entry, issues []roster.Issue, o roster.Options) (roster.Plan, error)
	// RunImport does it, all or nothing (RefuseImportErrors; RefuseConflict where the
	// plan is no longer the one that was seen). The id is empty where nothing changed.
	RunImport(ctx context.Context, entries []roster.Entry, issues []roster.Issue, o roster.Options, progress func(done, total int)) (id string, plan roster.Plan, err error)
	// UndoImport takes the last import back (RefuseImportChanged).
	UndoImport(ctx context.Context, id string, actor deliberation.PersonID) error
	// LastImport gives the last import of a community that was not undone (RefuseNotFound).
	LastImport(ctx context.Context, c deliberation.CommunityID) (roster.Import, error)
	Import(ctx context.Context, id string) (roster.Import, error)
	// KeepUpload keeps a file between the steps, for its sender alone and for an hour.
	KeepUpload(ctx context.Context, c deliberation.CommunityID, person deliberation.PersonID, content []byte, choices roster.Choices) (id string, err error)
	Upload(ctx context.Context, id string, c deliberation.CommunityID, person deliberation.PersonID) ([]byte, roster.Choices, error)
	ChooseForUpload(ctx context.Context, id string, person deliberation.PersonID, choices roster.Choices) error
	DropUpload(ctx context.Context, id string, person deliberation.PersonID) error
	// ExportRoster gives the present persons of a community and notes in the audit who took how many.
	ExportRoster(ctx context.Context, c deliberation.CommunityID, full bool, on deliberation.Date, actor deliberation.PersonID) ([]roster.Entry, error)
}
