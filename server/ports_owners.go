package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Mandates keeps who votes for whom at a meeting 委托.
type Mandates interface {
	// GiveMandate writes a mandate down under the rules of the meeting.
	GiveMandate(ctx context.Context, m deliberation.Mandate, r deliberation.ProxyRules, sub deliberation.FlagRule) (deliberation.Mandate, error)
	// RevokeMandate takes it back until it is used (RefuseMandateUsed).
	RevokeMandate(ctx context.Context, id string, by deliberation.PersonID, at time.Time) error
	// Mandates gives those of a meeting, revoked ones too.
	Mandates(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Mandate, error)
	// MandatesFor gives those that an agent has.
	MandatesFor(ctx context.Context, m deliberation.MeetingID, agent deliberation.PersonID) ([]deliberation.Mandate, error)
	// MemberNamed finds a member of the meeting by name, or somebody of the household of
	// head (RefuseNotFound; RefuseConflict where several bear it).
	MemberNamed(ctx context.Context, m deliberation.MeetingID, name string, head deliberation.PersonID) (deliberation.PersonID, error)
}

// Estates keeps the owners of a community's estates 物业管理区域.
type Estates interface {
	AddEstate(ctx context.Context, e deliberation.Estate, actor deliberation.PersonID) (deliberation.EstateID, error)
	Estates(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Estate, error)
	Estate(ctx context.Context, id deliberation.EstateID) (deliberation.Estate, error)
	Units(ctx context.Context, id deliberation.EstateID) ([]deliberation.Unit, error)
	// PlanUnits says what PutUnits would do, and changes nothing.
	PlanUnits(ctx context.Context, id deliberation.EstateID, entries []deliberation.UnitEntry) (deliberation.UnitsPlan, error)
	// PutUnits adds and changes units, all or nothing (RefuseImportErrors).
	PutUnits(ctx context.Context, id deliberation.EstateID, entries []deliberation.UnitEntry, actor deliberation.PersonID) (deliberation.UnitsPlan, error)
}
