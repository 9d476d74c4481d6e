package server

import (
	"context"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

// waitingFile is an uploaded file of the town.
type waitingFile struct {
	community deliberation.CommunityID
	person    deliberation.PersonID
	content   []byte
	choices   roster.Choices
}

// importsHere keeps the town's files and takes rows as they are.
type importsHere struct {
	files    map[string]waitingFile
	done     map[string]roster.Import
	options  []roster.Options
	plan     roster.Plan
	undoWith error
}

func newImportsHere() *importsHere {
	const content = "姓名,出生日期\n欧阳修,1980-01-31\n"
	columns := roster.Choices{Columns: map[roster.Field]int{roster.Name: 0, roster.Birth: 1}}
	return &importsHere{
		files: map[string]waitingFile{
			"f1": {community: home, content: []byte(content), choices: columns}, "f2": {community: "c2", content: []byte(content), choices: columns},
		},
		done: map[string]roster.Import{
			"i1": {ID: "i1", Actor: "clerk", At: civil, Communities: []deliberation.CommunityID{home}, New: 1, Undoable: true},
			"i2": {ID: "i2", Actor: "clerk", At: civil, Communities: []deliberation.CommunityID{"c2"}, Undoable: true},
			"i3": {ID: "i3", Actor: "clerk", At: civil, Communities: []deliberation.CommunityID{home, "c2"}, Undoable: true},
		},
	}
}

func (i *importsHere) PlanImport(_ context.Context, entries []roster.Entry, issues []roster.Issue, o roster.Options) (roster.Plan, error) {
	i.options = append(i.options, o)
	plan := i.plan
	plan.Issues = append(plan.Issues, issues...)
	for _, e := range entries {
		plan.New++
		plan.Differences = append(plan.Differences, roster.Difference{Line: e.Line, Name: e.Name, Kind: roster.New})
	}
	plan.Count()
	return plan, nil
}

func (i *importsHere) RunImport(ctx context.Context, entries []roster.Entry, issues []roster.Issue, o roster.Options, _ func(done, total int)) (string, roster.Plan, error) {
	plan, _ := i.PlanImport(ctx, entries, issues, o)
	switch {
	case plan.Errors > 0:
		return "", plan, &deliberation.Refusal{Code: deliberation.RefuseImportErrors, Count: plan.Errors}
	case o.Seen != plan.Mark():
		return "", plan, deliberation.Refuse(deliberation.RefuseConflict)
	}
	id := fmt.Sprintf("run%d", len(i.done))
	i.done[id] = roster.Import{ID: id, Actor: o.Actor, At: civil, Communities: []deliberation.CommunityID{o.Community}, New: plan.New, Undoable: true}
	return id, plan, nil
}

func (i *importsHere) UndoImport(_ context.Context, id string, _ deliberation.PersonID) error {
	if i.undoWith == nil {
		delete(i.done, id)
	}
	return i.undoWith
}

func (i *importsHere) LastImport(_ context.Context, c deliberation.CommunityID) (roster.Import, error) {
	if c == home {
		return found(i.done, "i1")
	}
	return roster.Import{}, notFound
}

func (i *importsHere) Import(_ context.Context, id string) (roster.Import, error) {
	return found(i.done, id)
}

func (i *importsHere) KeepUpload(_ context.Context, c deliberation.CommunityID, person deliberation.PersonID, content []byte, choices roster.Choices) (string, error) {
	id := fmt.Sprintf("kept%d", len(i.files))
	i.files[id] = waitingFile{c, person, content, choices}
	return id, nil
}

func (i *importsHere) Upload(_ context.Context, id string, c deliberation.CommunityID, person deliberation.PersonID) ([]byte, roster.Choices, error) {
	f, ok := i.files[id]
	if !ok || f.community != c || f.person != "" && f.person != person {
		return nil, roster.Choices{}, notFound
	}
	return f.content, f.choices, nil
}

func (i *importsHere) ChooseForUpload(_ context.Context, id string, _ deliberation.PersonID, choices roster.Choices) error {
	f := i.files[id]
	f.choices = choices
	i.files[id] = f
	return nil
}

func (i *importsHere) DropUpload(_ context.Context, id string, _ deliberation.PersonID) error {
	if f := i.files[id]; f.person != "" {
		delete(i.files, id)
	}
	return nil
}

func (i *importsHere) ExportRoster(_ context.Context, c deliberation.CommunityID, full bool, _ deliberation.Date, _ deliberation.PersonID) ([]roster.Entry, error) {
	e := roster.Entry{Community: string(c), Name: "=欧阳修"}
	if full {
		e.Identity, e.Phone = "11010119900307803X", "13812345678"
	}
	return []roster.Entry{e}, nil
}
