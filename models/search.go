package models

import (
	"cmp"
	"container/list"
	"context"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// rosterIndexSize is how many communities' rosters are kept open at once: some 40
// communities of 2,500 are about 50 MB.
const rosterIndexSize = 64

// rosterIndexes keeps the rosters of the communities searched last, opened, in
// memory: names lie sealed, so that the database can find none by its parts. One
// is good as long as the community's roster_version stands still. None of it is
// ever written down.
type rosterIndexes struct {
	mu     sync.Mutex
	recent *list.List // of *rosterIndex, the last used first
	by     map[deliberation.CommunityID]*list.Element
	// loading makes who asks for the same roster at once wait for one load.
	loading map[deliberation.CommunityID]*sync.Mutex
}

func newRosterIndexes() *rosterIndexes {
	return &rosterIndexes{
		recent: list.New(), by: map[deliberation.CommunityID]*list.Element{}, loading: map[deliberation.CommunityID]*sync.Mutex{},
	}
}

// rosterIndex is one community's roster at one version, in the order in which
// lists show it: by reading, then by id.
type rosterIndex struct {
	community deliberation.CommunityID
	version   int64
	entries   []indexEntry
}

type indexEntry struct {
	person    deliberation.Person
	standing  deliberation.Standing
	household string
	reading   reading
	phone     string // keyed hashes, as the database has them
	identity  string
	offices   []deliberation.OfficeHeld
}

func (x *rosterIndexes) get(c deliberation.CommunityID, version int64) *rosterIndex {
	x.mu.Lock()
	defer x.mu.Unlock()
	e, ok := x.by[c]
	if !ok || e.Value.(*rosterIndex).version != version {
		return nil
	}
	x.recent.MoveToFront(e)
	return e.Value.(*rosterIndex)
}

func (x *rosterIndexes) put(r *rosterIndex) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e, ok := x.by[r.community]; ok {
		x.recent.Remove(e)
	}
	x.by[r.community] = x.recent.PushFront(r)
	for x.recent.Len() > rosterIndexSize {
		oldest := x.recent.Back()
		delete(x.by, oldest.Value.(*rosterIndex).community)
		delete(x.loading, oldest.Value.(*rosterIndex).community)
		x.recent.Remove(oldest)
	}
}

// alone gives the lock under which the community's roster is loaded.
func (x *rosterIndexes) alone(c deliberation.CommunityID) *sync.Mutex {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.loading[c] == nil {
		x.loading[c] = &sync.Mutex{}
	}
	return x.loading[c]
}

// indexOf gives the community's roster as it is now. The version is read first
// each time; where it has moved, the roster is opened anew.
func (s *Store) indexOf(ctx context.Context, c deliberation.CommunityID) (*rosterIndex, error) {
	version, err := rosterVersion(s.reads.WithContext(ctx), c)
	if err != nil {
		return nil, err
	}
	if r := s.index.get(c, version); r != nil {
		return r, nil
	}
	one := s.index.alone(c)
	one.Lock()
	defer one.Unlock()
	if r := s.index.get(c, version); r != nil {
		return r, nil
	}
	r, err := s.openRoster(ctx, c)
	if err != nil {
		return nil, err
	}
	s.index.put(r)
	return r, nil
}

func rosterVersion(tx *gorm.DB, c deliberation.CommunityID) (version int64, err error) {
	var r placeRow
	err = tx.Select("roster_version").Take(&r, "id = ?", c).Error
	return r.RosterVersion, err
}

// openRoster reads and opens a community's roster on one picture of the data.
func (s *Store) openRoster(ctx context.Context, c deliberation.CommunityID) (*rosterIndex, error) {
	r := &rosterIndex{community: c}
	var persons []personRow
	var offices []officeRow
	numbers := map[deliberation.HouseholdID]string{}
	err := s.read(ctx, func(tx *gorm.DB) (err error) {
		if r.version, err = rosterVersion(tx, c); err != nil {
			return err
		}
		err = tx.Select("id, community, name, village_group, phone_lookup, identity_lookup, household, standing").
			Where("community = ?", c).Find(&persons).Error
		if err != nil {
			return err
		}
		if err := tx.Where("community = ?", c).Order(newestOffice).Find(&offices).Error; err != nil {
			return err
		}
		households, err := s.households(tx, c)
		for _, h := range households {
			numbers[h.ID] = h.Number
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	held := map[deliberation.PersonID][]deliberation.OfficeHeld{}
	for _, o := range offices {
		office, err := officeOf(o)
		if err != nil {
			return nil, err
		}
		held[o.Person] = append(held[o.Person], office)
	}
	r.entries = make([]indexEntry, len(persons))
	for i, p := range persons {
		e := indexEntry{standing: p.Standing, phone: p.PhoneLookup, identity: p.IdentityLookup, offices: held[p.ID]}
		if p.Household != nil {
			e.household = numbers[*p.Household]
		}
		if e.person, err = s.personOf(p); err != nil {
			return nil, err
		}
		e.reading = readingOf(e.person.Name)
		r.entries[i] = e
	}
	slices.SortFunc(r.entries, func(a, b indexEntry) int { return byReading(a.reading, a.person, b.reading, b.person) })
	return r, nil
}

func byReading(a reading, p deliberation.Person, b reading, q deliberation.Person) int {
	return cmp.Or(cmp.Compare(a.sorted, b.sorted), cmp.Compare(p.Name, q.Name), cmp.Compare(p.ID, q.ID))
}

// FindPersons finds persons of a community by part of a name, the beginnings of
// its syllables in pinyin (zxm, zhangxm, xiaoming), a whole phone or a whole identity
// number; by group, and by an office held on On (today where it is not given).
// They come by pinyin and then id. A limit of nought gives all.
func (s *Store) FindPersons(ctx context.Context, q deliberation.PersonQuery) (found []deliberation.PersonLine, total int, err error) {
	r, err := s.indexOf(ctx, q.Community)
	if err != nil {
		return nil, 0, wrap("find persons", err)
	}
	if q.Standing == "" {
		q.Standing = deliberation.Present
	}
	if q.On.IsZero() {
		q.On = s.today()
	}
	match := s.matcher(q)
	for _, e := range r.entries {
		if !match(e) {
			continue
		}
		if total++; total <= q.Offset || (q.Limit > 0 && len(found) >= q.Limit) {
			continue
		}
		found = append(found, deliberation.PersonLine{
			Person: e.person, Household: e.household, Offices: officesOn(e.offices, q.On), Standing: e.standing,
		})
	}
	return found, total, nil
}

// matcher gives the test of a query.
func (s *Store) matcher(q deliberation.PersonQuery) func(indexEntry) bool {
	text := strings.ToLower(strings.Join(strings.Fields(q.Text), ""))
	var phone, identity string
	number := deliberation.TidyIdentity(text)
	if mobilePhone.MatchString(number) {
		phone = s.vault.Lookup("persons", "phone", number)
	}
	if len(number) == 18 {
		identity = s.vault.Lookup("persons", "identity", number)
	}
	latin := isLatin(text)
	return func(e indexEntry) bool {
		switch {
		case e.standing != q.Standing,
			q.Group != "" && e.person.Group != q.Group,
			q.Office != "" && !slices.ContainsFunc(e.offices, func(o deliberation.OfficeHeld) bool { return o.Office == q.Office && holds(o, q.On) }):
			return false
		case text == "", strings.Contains(strings.ToLower(e.person.Name), text),
			phone != "" && e.phone == phone, identity != "" && e.identity == identity:
			return true
		}
		return latin && e.reading.matches(text)
	}
}

// officesOn gives the offices held on the day, each once, in the order of lists.
func officesOn(held []deliberation.OfficeHeld, on deliberation.Date) []deliberation.Office {
	var offices []deliberation.Office
	for _, o := range held {
		if holds(o, on) && !slices.Contains(offices, o.Office) {
			offices = append(offices, o.Office)
		}
	}
	slices.SortFunc(offices, func(a, b deliberation.Office) int {
		return cmp.Compare(slices.Index(deliberation.Offices, a), slices.Index(deliberation.Offices, b))
	})
	return offices
}
