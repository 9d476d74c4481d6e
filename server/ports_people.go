package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Places is the tree of places.
type Places interface {
	Place(ctx context.Context, id deliberation.PlaceID) (deliberation.Place, error)
	// Path gives a place with all above it, from the top down.
	Path(ctx context.Context, id deliberation.PlaceID) ([]deliberation.Place, error)
	// Below gives all places below one, groups and buildings included, parents before
	// children and by name; the empty id gives the whole tree.
	Below(ctx context.Context, id deliberation.PlaceID) ([]deliberation.Place, error)
	// AddPlace adds a place below its parent (RefuseInvalid where the parent may not hold
	// it, RefuseTwice where one of the name is there).
	AddPlace(ctx context.Context, p deliberation.Place, actor deliberation.PersonID) error
	// ChangePlace gives a place another name or overlay.
	ChangePlace(ctx context.Context, p deliberation.Place, actor deliberation.PersonID) error
}

// Roster is who lives and serves in a community.
type Roster interface {
	Record(ctx context.Context, id deliberation.PersonID) (deliberation.PersonRecord, error)
	// SaveRecord adds a person (Version nought, ID empty: one is made) or changes one
	// (RefuseConflict where the version is not the stored one). It gives the id.
	SaveRecord(ctx context.Context, r deliberation.PersonRecord, actor deliberation.PersonID) (deliberation.PersonID, error)
	FindPersons(ctx context.Context, q deliberation.PersonQuery) (list []deliberation.PersonLine, total int, err error)
	Households(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Household, error)
	// SaveHousehold adds or changes a household and gives its id.
	SaveHousehold(ctx context.Context, h deliberation.Household, actor deliberation.PersonID) (deliberation.HouseholdID, error)
	// OfficesOf gives all offices of a person, past ones too, newest first.
	OfficesOf(ctx context.Context, id deliberation.PersonID) ([]deliberation.OfficeHeld, error)
	// OfficesIn gives all offices held in a community or over a place, past ones too, newest first.
	OfficesIn(ctx context.Context, c deliberation.PlaceID) ([]deliberation.OfficeHeld, error)
	// Appoint records an office; EndOffice its last day. Nobody does either for themselves (RefuseOwnOffice).
	Appoint(ctx context.Context, o deliberation.OfficeHeld, actor deliberation.PersonID) error
	EndOffice(ctx context.Context, o deliberation.OfficeHeld, actor deliberation.PersonID) error
	// AddOfficial adds a person with the office they come for, both or neither.
	AddOfficial(ctx context.Context, r deliberation.PersonRecord, o deliberation.OfficeHeld, actor deliberation.PersonID) (deliberation.PersonID, error)
	// Members gives the holders of any office but Resident and HouseholdHead on the day, with what composition looks at.
	Members(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) ([]deliberation.Member, error)
	// Kin gives the near relationships among the persons, of households and declared.
	Kin(ctx context.Context, c deliberation.CommunityID, among []deliberation.PersonID) ([]deliberation.Kinship, error)
	// KinOf gives the near relationships of one person, of the household and declared; A is the person.
	KinOf(ctx context.Context, id deliberation.PersonID) ([]deliberation.Kinship, error)
	// DeclareKin records a near relationship, or takes it back.
	DeclareKin(ctx context.Context, k deliberation.Kinship, drop bool, actor deliberation.PersonID) error
	// RollOf gives who would be on the roll of a body on the day, and who might be expected and is not, with the reasons.
	RollOf(ctx context.Context, c deliberation.CommunityID, b deliberation.Body, on deliberation.Date) ([]deliberation.Inclusion, error)
	// HouseholdCount gives how many households have a present member.
	HouseholdCount(ctx context.Context, c deliberation.CommunityID) (int, error)
}

// Slips hands out one-time links for others.
type Slips interface {
	// IssueLinks makes a new link for each of the persons, revokes their unused older
	// ones, and gives the tokens, which are kept nowhere.
	IssueLinks(ctx context.Context, persons []deliberation.PersonID, issuer deliberation.PersonID, expires time.Time) (map[deliberation.PersonID]string, error)
	// LinkStates tells how the persons stand with their links; who never had one is left out.
	LinkStates(ctx context.Context, persons []deliberation.PersonID, now time.Time) (map[deliberation.PersonID]deliberation.LinkState, error)
}

// Audit is who did what.
type Audit interface {
	// NoteView records that somebody looked at a person's record.
	NoteView(ctx context.Context, viewer, person deliberation.PersonID) error
	// NoteReveal records that somebody had a person's identity number and phone shown in full.
	NoteReveal(ctx context.Context, viewer, person deliberation.PersonID) error
	// AuditOfPerson gives what was done to a person's record and with their sign-in, newest first.
	AuditOfPerson(ctx context.Context, id deliberation.PersonID, offset, limit int) (list []deliberation.AuditLine, total int, err error)
	// AuditOf gives what was done in a community, newest first; act narrows where it is not empty.
	AuditOf(ctx context.Context, c deliberation.CommunityID, act string, offset, limit int) (list []deliberation.AuditLine, total int, err error)
}
