package workflows

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// TaskQueue is where the workers of all processes listen.
const TaskQueue = "yishi"

// Register gives a worker all processes, the calendar that begins some of them, and
// all activities.
func Register(w worker.Registry, a *activities.Activities) {
	w.RegisterWorkflow(FourDeliberations)
	w.RegisterWorkflow(Conference)
	w.RegisterWorkflow(Demand)
	w.RegisterWorkflow(DutyReport)
	w.RegisterWorkflow(Election)
	w.RegisterWorkflow(Recall)
	w.RegisterWorkflow(Choosing)
	w.RegisterWorkflow(Resignation)
	w.RegisterWorkflow(Hearing)
	w.RegisterWorkflow(DepartmentAppraisal)
	w.RegisterWorkflow(Disclosure)
	w.RegisterWorkflow(Consultation)
	w.RegisterWorkflow(OpenTalk)
	w.RegisterWorkflow(LivelihoodMatter)
	w.RegisterWorkflow(Calendar)
	w.RegisterActivity(a)
}

// Rulebook finds the rule pack that a process has pinned.
type Rulebook interface {
	Pinned(ref deliberation.PackRef) (deliberation.Pack, error)
}

// Places tells what kind of place a community is.
type Places interface {
	Community(ctx context.Context, id deliberation.CommunityID) (deliberation.Community, error)
}

// Client is the one speaker to the engine: it starts processes and hands in acts,
// and turns the engine's errors into refusals.
type Client struct {
	Temporal client.Client
	Rules    Rulebook
	Places   Places
	// Grants finds what a process says it decides under.
	Grants Grants
}

// Grants finds an authorisation that the assembly of a community gave.
type Grants interface {
	Authorisation(ctx context.Context, c deliberation.CommunityID, id string) (deliberation.Authorisation, error)
}

// actTimeout is how long a person waits for an act before being told to try again.
const actTimeout = 30 * time.Second

// MatterSHA256 is the hash of the matter with its texts, which stay out of the engine.
func MatterSHA256(m deliberation.Matter) string {
	b, err := json.Marshal(m)
	if err != nil { // strings and numbers can always be written
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Start begins the process under the pack it has pinned. Starting the same id
// again is not an error.
func (c *Client) Start(ctx context.Context, p deliberation.Process) error {
	process, in, err := c.course(ctx, p)
	if err != nil {
		return err
	}
	_, err = c.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       string(p.ID),
		TaskQueue:                TaskQueue,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, process, in)
	var already *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &already) {
		return nil
	}
	return refusal(err)
}

// course gives the workflow of the process's kind and what it begins with.
func (c *Client) course(ctx context.Context, p deliberation.Process) (process, in any, err error) {
	pack, err := c.Rules.Pinned(p.Pack)
	if err != nil {
		return nil, nil, fmt.Errorf("process %s pins rule pack %s: %w", p.ID, p.Pack.ID, err)
	}
	place, err := c.Places.Community(ctx, p.Community)
	if err != nil {
		return nil, nil, err
	}
	subject := Subject{
		Process: p.ID, Community: p.Community, Kind: place.Kind, Place: place.Place,
		Started: p.Started, StartedBy: p.StartedBy, Office: p.Office, Clock: p.Clock,
	}
	matter := Matter{
		Category: p.Matter.Category, Affected: p.Matter.Affected, Origin: p.Matter.Origin, Form: p.Matter.Form,
		Merged: p.Matter.Merged, BudgetFen: p.Matter.BudgetFen, MatterSHA256: MatterSHA256(p.Matter),
		Quick: p.Matter.Quick, For: p.Matter.For, Authorised: strings.TrimSpace(p.Matter.Authorisation) != "", Estate: p.Matter.Estate, Group: p.Matter.Group,
		Delegates: p.Matter.Delegates,
	}
	if id := p.Matter.AuthorisedBy; id != "" {
		a, err := c.Grants.Authorisation(ctx, p.Community, id)
		if err != nil {
			return nil, nil, err
		}
		matter.AuthorisedBy, matter.Grant = a.ID, &a.Grant
	}
	switch p.Kind {
	case deliberation.FourDeliberationsKind:
		rules, err := deliberation.FourDeliberationsOn(pack, p.Matter)
		return FourDeliberations, FourDeliberationsInput{Subject: subject, Matter: matter, Rules: rules}, err
	case deliberation.ConferenceKind:
		rules, err := deliberation.ConferenceOf(pack, p.Matter.Form)
		return Conference, ConferenceInput{Subject: subject, Matter: matter, Rules: rules}, err
	case deliberation.DemandKind:
		rules, err := deliberation.DemandOf(pack, p.Matter.Demanded)
		return Demand, DemandInput{Subject: subject, Matter: matter, Rules: rules, Estate: p.Matter.Estate}, err
	case deliberation.ElectionKind:
		rules, err := deliberation.CheckElection(pack, p.Matter, p.Started)
		return Election, ElectionInput{Subject: subject, Matter: matter, Rules: rules, Setup: *p.Matter.Election}, err
	case deliberation.RecallKind:
		rules, err := deliberation.RecallOf(pack, p.Matter.Recall.Method)
		return Recall, RecallInput{Subject: subject, Matter: matter, Rules: rules, Setup: *p.Matter.Recall}, err
	case deliberation.ChoosingKind:
		if err := deliberation.CheckChoosing(pack, p.Matter); err != nil {
			return nil, nil, err
		}
		rules, err := deliberation.ChoosingOf(pack, p.Matter.Choosing.Body, p.Matter.Form)
		return Choosing, ChoosingInput{Subject: subject, Matter: matter, Rules: rules, Setup: *p.Matter.Choosing}, err
	case deliberation.ResignationKind:
		if err := deliberation.CheckResignation(pack, p.Matter); err != nil {
			return nil, nil, err
		}
		rules, err := deliberation.ResignationOf(pack, p.Matter.Form)
		return Resignation, ResignationInput{Subject: subject, Matter: matter, Rules: rules, Setup: *p.Matter.Resignation}, err
	case deliberation.DutyReportKind:
		rules, err := deliberation.AppraisalOf(pack)
		return DutyReport, DutyReportInput{Subject: subject, Matter: matter, Rules: rules, Period: p.Matter.Period}, err
	case deliberation.DepartmentKind:
		rules, err := deliberation.DepartmentRulesOf(pack)
		return DepartmentAppraisal, DepartmentAppraisalInput{Subject: subject, Matter: matter, Rules: rules}, err
	case deliberation.HearingKind:
		rules, err := deliberation.HearingOf(pack, p.Matter.Form)
		return Hearing, HearingInput{Subject: subject, Matter: matter, Rules: rules}, err
	case deliberation.DisclosureKind:
		rules, err := deliberation.DisclosureOf(pack, p.Matter.Item)
		return Disclosure, DisclosureInput{Subject: subject, Matter: matter, Rules: rules, Period: p.Matter.Period}, err
	case deliberation.OpenTalkKind:
		rules, err := deliberation.OpenTalkOf(pack)
		return OpenTalk, OpenTalkInput{Subject: subject, Matter: matter, Rules: rules}, err
	case deliberation.LivelihoodKind:
		rules, err := deliberation.LivelihoodOf(pack)
		return LivelihoodMatter, LivelihoodMatterInput{Subject: subject, Matter: matter, Rules: rules}, err
	case deliberation.ConsultationKind:
		rules, err := deliberation.ConsultationOf(pack, p.Matter.Form)
		return Consultation, ConsultationInput{Subject: subject, Matter: matter, Rules: rules}, err
	}
	return nil, nil, fmt.Errorf("process %s is of a kind that is not known: %q", p.ID, p.Kind)
}

// Act hands in an act and waits for its receipt. The same key again gives the
// same receipt and does nothing twice.
func (c *Client) Act(ctx context.Context, p deliberation.ProcessID, key string, a deliberation.Act) (deliberation.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, actTimeout)
	defer cancel()
	h, err := c.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: string(p), UpdateID: key, UpdateName: string(a.Kind), Args: []any{a},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	var r deliberation.Receipt
	if err == nil {
		err = h.Get(ctx, &r)
	}
	return r, refusal(err)
}

// History gives what the engine kept of a process, as the replay tests read it,
// and how many events that is.
func (c *Client) History(ctx context.Context, p deliberation.ProcessID) (data []byte, events int, err error) {
	var h historypb.History
	for i := c.Temporal.GetWorkflowHistory(ctx, string(p), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); i.HasNext(); {
		e, err := i.Next()
		if err != nil {
			return nil, 0, err
		}
		h.Events = append(h.Events, e)
	}
	data, err = temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(&h)
	return data, len(h.Events), err
}

// refusal turns the engine's errors into what a person can be told.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	if r, ok := activities.RefusalIn(err); ok {
		return r
	}
	var missing *serviceerror.NotFound
	var app *temporal.ApplicationError
	switch {
	case errors.As(err, &missing):
		return deliberation.Refuse(deliberation.RefuseEnded)
	case errors.As(err, &app):
		return err
	}
	var gone *serviceerror.Unavailable
	var late *serviceerror.DeadlineExceeded
	var cut *client.WorkflowUpdateServiceTimeoutOrCanceledError
	if errors.As(err, &gone) || errors.As(err, &late) || errors.As(err, &cut) || errors.Is(err, context.DeadlineExceeded) {
		return deliberation.Refuse(deliberation.RefuseUnavailable)
	}
	return err
}
