package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// The places of the town: two townships of one county, two communities below the
// first, one below the second.
const (
	city      = deliberation.PlaceID("x1")
	county    = deliberation.PlaceID("k1")
	street    = deliberation.PlaceID("t1")
	farStreet = deliberation.PlaceID("t2")
	next      = deliberation.CommunityID("c3") // beside home, in the same township
)

// registry is the part of the town that stands behind Places, Roster, Slips and
// Audit. What it keeps of a person beyond the town's list stands in records.
type registry struct {
	places     map[deliberation.PlaceID]deliberation.Place
	records    map[deliberation.PersonID]deliberation.PersonRecord
	households map[deliberation.HouseholdID]deliberation.Household
	held       []deliberation.OfficeHeld // beside town.offices: with days, and over places
	kin        []deliberation.Kinship
	audit      []deliberation.AuditLine
}

func newRegistry() registry {
	r := registry{
		places:  map[deliberation.PlaceID]deliberation.Place{},
		records: map[deliberation.PersonID]deliberation.PersonRecord{}, households: map[deliberation.HouseholdID]deliberation.Household{},
	}
	for _, p := range []deliberation.Place{
		{ID: city, Kind: deliberation.CityPlace, Name: "示例市"},
		{ID: county, Parent: city, Kind: deliberation.CountyPlace, Name: "示例区"},
		{ID: street, Parent: county, Kind: deliberation.TownshipPlace, Name: "第一街道"},
		{ID: farStreet, Parent: county, Kind: deliberation.TownshipPlace, Name: "第二街道"},
		{ID: home, Parent: street, Kind: deliberation.UrbanPlace, Name: "示例社区", Demo: true},
		{ID: next, Parent: street, Kind: deliberation.UrbanPlace, Name: "隔壁社区"},
		{ID: away, Parent: farStreet, Kind: deliberation.UrbanPlace, Name: "别处社区"},
		{ID: "g1", Parent: home, Kind: deliberation.GroupPlace, Name: "第一小组"},
		{ID: "g2", Parent: away, Kind: deliberation.GroupPlace, Name: "远方小组"},
	} {
		r.places[p.ID] = p
	}
	return r
}

// settleAbove puts somebody in charge of a place above the communities.
func (w *town) settleAbove(id deliberation.PersonID, place deliberation.PlaceID, office deliberation.Office) {
	w.people[id] = deliberation.Person{ID: id, Community: place, Name: "名" + string(id)}
	w.held = append(w.held, deliberation.OfficeHeld{Person: id, Community: place, Office: office, From: deliberation.NewDate(2026, 1, 1), Source: "appointed"})
}

// note writes an entry of the audit.
func (w *town) note(actor deliberation.PersonID, act string, c deliberation.CommunityID, person deliberation.PersonID, subject string) {
	w.audit = append(w.audit, deliberation.AuditLine{
		ID: fmt.Sprintf("a%d", len(w.audit)+1), Actor: actor, Act: act, Community: c, Person: person, Subject: subject,
		At: civil.Add(time.Duration(len(w.audit)) * time.Second),
	})
}

func (w *town) Place(_ context.Context, id deliberation.PlaceID) (deliberation.Place, error) {
	return found(w.places, id)
}

func (w *town) Path(_ context.Context, id deliberation.PlaceID) ([]deliberation.Place, error) {
	var path []deliberation.Place
	for id != "" {
		p, err := found(w.places, id)
		if err != nil {
			return nil, err
		}
		path, id = append(path, p), p.Parent
	}
	slices.Reverse(path)
	return path, nil
}

func (w *town) Below(_ context.Context, id deliberation.PlaceID) ([]deliberation.Place, error) {
	var here, all []deliberation.Place
	for _, p := range w.places {
		if p.Parent == id {
			here = append(here, p)
		}
	}
	slices.SortFunc(here, func(a, b deliberation.Place) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range here {
		all = append(all, p)
		below, _ := w.Below(context.Background(), p.ID)
		all = append(all, below...)
	}
	return all, nil
}

func (w *town) AddPlace(_ context.Context, p deliberation.Place, actor deliberation.PersonID) error {
	above := w.places[p.Parent]
	if p.Name == "" || !above.Kind.MayHold(p.Kind) {
		return invalid("kind", notAChoice)
	}
	for _, other := range w.places {
		if other.Parent == p.Parent && other.Kind == p.Kind && other.Name == p.Name {
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
	}
	w.places[p.ID] = p
	if p.Kind.IsCommunity() {
		w.communities[p.ID] = deliberation.Community{ID: p.ID, Name: p.Name, Kind: deliberation.CommunityKind(p.Kind)}
	}
	w.note(actor, "add_place", p.Parent, "", string(p.ID))
	return nil
}

func (w *town) ChangePlace(_ context.Context, p deliberation.Place, actor deliberation.PersonID) error {
	old, err := found(w.places, p.ID)
	if err != nil {
		return err
	}
	old.Name, old.Overlay = p.Name, p.Overlay
	w.places[p.ID] = old
	w.note(actor, "change_place", p.ID, "", string(p.ID))
	return nil
}

func (w *town) Record(_ context.Context, id deliberation.PersonID) (deliberation.PersonRecord, error) {
	p, err := found(w.people, id)
	if err != nil {
		return deliberation.PersonRecord{}, err
	}
	r, ok := w.records[id]
	if !ok {
		r = deliberation.PersonRecord{Standing: deliberation.Present, Version: 1}
	}
	r.Person = p
	return r, nil
}

func (w *town) SaveRecord(_ context.Context, r deliberation.PersonRecord, actor deliberation.PersonID) (deliberation.PersonID, error) {
	act := "change_person"
	if r.ID == "" {
		act, r.ID = "add_person", deliberation.PersonID(fmt.Sprintf("new%d", len(w.people)))
	} else {
		old, err := w.Record(context.Background(), r.ID)
		if err != nil {
			return "", err
		}
		if old.Version != r.Version {
			return "", deliberation.Refuse(deliberation.RefuseConflict)
		}
	}
	r.Version++
	w.people[r.ID], w.records[r.ID] = r.Person, r
	w.note(actor, act, r.Community, r.ID, "")
	return r.ID, nil
}

func (w *town) FindPersons(_ context.Context, q deliberation.PersonQuery) ([]deliberation.PersonLine, int, error) {
	var list []deliberation.PersonLine
	for id, p := range w.people {
		r, _ := w.Record(context.Background(), id)
		standing := cmp.Or(q.Standing, deliberation.Present)
		offices := w.officesNow(id, q.Community)
		switch {
		case p.Community != q.Community, r.Standing != standing:
		case q.Text != "" && !strings.Contains(p.Name, q.Text) && r.Phone != q.Text && r.Identity != q.Text:
		case q.Group != "" && p.Group != q.Group:
		case q.Office != "" && !slices.Contains(offices, q.Office):
		default:
			list = append(list, deliberation.PersonLine{Person: p, Household: w.households[r.Household].Number, Offices: offices, Standing: r.Standing})
		}
	}
	slices.SortFunc(list, func(a, b deliberation.PersonLine) int { return cmp.Compare(a.ID, b.ID) })
	total := len(list)
	from := min(q.Offset, total)
	to := total
	if q.Limit > 0 {
		to = min(from+q.Limit, total)
	}
	return list[from:to], total, nil
}

// officesNow gives the offices held today in a community.
func (w *town) officesNow(id deliberation.PersonID, c deliberation.CommunityID) []deliberation.Office {
	held, _ := w.OfficesOn(context.Background(), id, deliberation.DateOf(civil))
	var list []deliberation.Office
	for _, h := range held {
		if h.Community == c {
			list = append(list, h.Office)
		}
	}
	return list
}

func (w *town) Households(_ context.Context, c deliberation.CommunityID) ([]deliberation.Household, error) {
	var list []deliberation.Household
	for _, h := range w.households {
		if h.Community == c {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b deliberation.Household) int { return cmp.Compare(a.Number, b.Number) })
	return list, nil
}

func (w *town) SaveHousehold(_ context.Context, h deliberation.Household, actor deliberation.PersonID) (deliberation.HouseholdID, error) {
	if h.ID == "" {
		h.ID = deliberation.HouseholdID(fmt.Sprintf("h%d", len(w.households)+1))
	}
	w.households[h.ID] = h
	w.note(actor, "save_household", h.Community, "", string(h.ID))
	return h.ID, nil
}

func (w *town) OfficesOf(_ context.Context, id deliberation.PersonID) ([]deliberation.OfficeHeld, error) {
	var list []deliberation.OfficeHeld
	for _, o := range w.offices[id] {
		list = append(list, deliberation.OfficeHeld{Person: id, Community: w.people[id].Community, Office: o, From: deliberation.NewDate(2024, 1, 1), Source: "loaded"})
	}
	for _, h := range w.held {
		if h.Person == id {
			list = append(list, h)
		}
	}
	slices.SortStableFunc(list, func(a, b deliberation.OfficeHeld) int { return cmp.Compare(b.From.String(), a.From.String()) })
	return list, nil
}

func (w *town) OfficesIn(ctx context.Context, c deliberation.PlaceID) ([]deliberation.OfficeHeld, error) {
	var list []deliberation.OfficeHeld
	for id := range w.people {
		of, _ := w.OfficesOf(ctx, id)
		for _, h := range of {
			if h.Community == c {
				list = append(list, h)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b deliberation.OfficeHeld) int {
		return cmp.Or(cmp.Compare(b.From.String(), a.From.String()), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Office, b.Office))
	})
	return list, nil
}

func (w *town) AddOfficial(ctx context.Context, r deliberation.PersonRecord, o deliberation.OfficeHeld, actor deliberation.PersonID) (deliberation.PersonID, error) {
	id, err := w.SaveRecord(ctx, r, actor)
	if err != nil {
		return "", err
	}
	o.Person, o.Community = id, r.Community
	return id, w.Appoint(ctx, o, actor)
}

func (w *town) Appoint(_ context.Context, o deliberation.OfficeHeld, actor deliberation.PersonID) error {
	if o.Person == actor {
		return deliberation.Refuse(deliberation.RefuseOwnOffice)
	}
	w.held = append(w.held, o)
	w.note(actor, "appoint", o.Community, o.Person, string(o.Office))
	return nil
}

func (w *town) EndOffice(_ context.Context, o deliberation.OfficeHeld, actor deliberation.PersonID) error {
	if o.Person == actor {
		return deliberation.Refuse(deliberation.RefuseOwnOffice)
	}
	for i, h := range w.held {
		if h.Person == o.Person && h.Community == o.Community && h.Office == o.Office && h.From == o.From {
			w.held[i].Until = o.Until
			w.note(actor, "end_office", o.Community, o.Person, string(o.Office))
			return nil
		}
	}
	if i := slices.Index(w.offices[o.Person], o.Office); i >= 0 && w.people[o.Person].Community == o.Community {
		w.offices[o.Person] = slices.Delete(slices.Clone(w.offices[o.Person]), i, i+1)
		w.held = append(w.held, o)
		w.note(actor, "end_office", o.Community, o.Person, string(o.Office))
		return nil
	}
	return notFound
}

func (w *town) Members(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) ([]deliberation.Member, error) {
	var list []deliberation.Member
	for id, p := range w.people {
		held, _ := w.OfficesOn(ctx, id, on)
		r, _ := w.Record(ctx, id)
		m := deliberation.Member{Person: p, Sex: r.Sex, Birth: r.Birth, Household: r.Household}
		for _, h := range held {
			if h.Community != c || h.Office == deliberation.Resident || h.Office == deliberation.HouseholdHead {
				continue
			}
			if h.Office == deliberation.PartyMember || h.Office == deliberation.ProbationaryMember {
				m.Party = h.Office
			}
			m.Offices = append(m.Offices, h)
		}
		if len(m.Offices) > 0 {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b deliberation.Member) int { return cmp.Compare(a.Person.ID, b.Person.ID) })
	return list, nil
}

func (w *town) Kin(_ context.Context, _ deliberation.CommunityID, among []deliberation.PersonID) ([]deliberation.Kinship, error) {
	return slices.DeleteFunc(slices.Clone(w.kin), func(k deliberation.Kinship) bool {
		return !slices.Contains(among, k.A) || !slices.Contains(among, k.B)
	}), nil
}

func (w *town) DeclareKin(_ context.Context, k deliberation.Kinship, drop bool, actor deliberation.PersonID) error {
	w.kin = slices.DeleteFunc(w.kin, func(o deliberation.Kinship) bool { return o.A == k.A && o.B == k.B })
	if !drop {
		w.kin = append(w.kin, k)
	}
	w.note(actor, "declare_kin", w.people[k.A].Community, k.A, string(k.B))
	return nil
}

func (w *town) RollOf(ctx context.Context, c deliberation.CommunityID, b deliberation.Body, on deliberation.Date) ([]deliberation.Inclusion, error) {
	members, _ := w.Members(ctx, c, on)
	var list []deliberation.Inclusion
	for _, m := range members {
		for _, o := range m.Offices {
			if slices.Contains(b.Offices(), o.Office) {
				list = append(list, deliberation.Inclusion{Person: m.Person, In: true, Because: o.Office})
				break
			}
		}
	}
	return list, nil
}

func (w *town) HouseholdCount(_ context.Context, c deliberation.CommunityID) (int, error) {
	list, err := w.Households(context.Background(), c)
	return len(list), err
}

func (w *town) IssueLinks(_ context.Context, persons []deliberation.PersonID, issuer deliberation.PersonID, _ time.Time) (map[deliberation.PersonID]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	tokens := map[deliberation.PersonID]string{}
	for _, id := range persons {
		for token, owner := range w.links {
			if owner == id {
				delete(w.links, token)
			}
		}
		tokens[id] = "slip-" + string(id)
		w.links[tokens[id]] = id
		w.note(issuer, "issue_link", w.people[id].Community, id, "")
	}
	return tokens, nil
}

func (w *town) NoteView(_ context.Context, viewer, person deliberation.PersonID) error {
	w.note(viewer, "view_person", w.people[person].Community, person, "")
	return w.failing()
}

func (w *town) AuditOfPerson(_ context.Context, id deliberation.PersonID, offset, limit int) ([]deliberation.AuditLine, int, error) {
	return w.auditWhere(offset, limit, func(a deliberation.AuditLine) bool { return a.Person == id })
}

func (w *town) AuditOf(_ context.Context, c deliberation.CommunityID, act string, offset, limit int) ([]deliberation.AuditLine, int, error) {
	return w.auditWhere(offset, limit, func(a deliberation.AuditLine) bool { return a.Community == c && (act == "" || a.Act == act) })
}

func (w *town) auditWhere(offset, limit int, is func(deliberation.AuditLine) bool) ([]deliberation.AuditLine, int, error) {
	var list []deliberation.AuditLine
	for _, a := range slices.Backward(w.audit) {
		if is(a) {
			list = append(list, a)
		}
	}
	from := min(offset, len(list))
	return list[from:min(from+limit, len(list))], len(list), nil
}

func (w *town) OpenCounts(_ context.Context, in []deliberation.CommunityID) (map[deliberation.CommunityID]deliberation.OpenCount, error) {
	counts := map[deliberation.CommunityID]deliberation.OpenCount{}
	for _, p := range w.processes {
		if !slices.Contains(in, p.Community) || p.Status.State == deliberation.Ended {
			continue
		}
		n := counts[p.Community]
		n.Processes++
		n.Tasks += len(p.Tasks)
		counts[p.Community] = n
	}
	return counts, nil
}

func (w *town) Viewer(ctx context.Context, id deliberation.PersonID, on deliberation.Date) (deliberation.Person, []deliberation.Place, []deliberation.OfficeHeld, error) {
	p, err := w.Person(ctx, id)
	if err != nil {
		return p, nil, nil, err
	}
	path, err := w.Path(ctx, p.Community)
	if err != nil {
		return p, nil, nil, err
	}
	held, err := w.OfficesOn(ctx, id, on)
	return p, path, held, err
}
