// Package demo makes a community up and plays a whole process in it, over HTTP
// only, as the different people of the place. Nothing in it has legal effect.
package demo

import (
	"fmt"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Community is the made-up community of the demonstration.
const Community deliberation.CommunityID = "demo"

// Cast is who plays: the made-up people by their part.
type Cast struct {
	Secretary       deliberation.PersonID
	Branch          []deliberation.PersonID // the secretary included
	Director        deliberation.PersonID
	Committee       []deliberation.PersonID // the director included
	Party           []deliberation.PersonID
	Representatives []deliberation.PersonID
	Supervisors     []deliberation.PersonID
	Residents       []deliberation.PersonID // hold no other office
	// Owners have the units of Estate; some have two.
	Owners []deliberation.PersonID
	Estate deliberation.EstateID
	Clerk  deliberation.PersonID
	// Clerks sit at the tables of a meeting in several places, one at each.
	Clerks   []deliberation.PersonID
	Guide    deliberation.PersonID
	Operator deliberation.PersonID
}

// The parts' sizes: about sixty representatives, as a middling community has.
const (
	branchSize     = 5
	committeeSize  = 7
	supervisorSize = 3
	representative = 60
	partyExtra     = 24 // Party members who are representatives
	residentExtra  = 12
	groups         = 6
)

var surnames = []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜")

// The given names hold two characters beyond the basic plane, as real rolls do.
var givenNames = []string{"建国", "秀英", "志强", "桂兰", "文华", "玉梅", "海涛", "淑珍", "国栋", "丽萍", "𬱖", "永康", "凤霞", "德明", "小满", "𠅤之", "春燕", "大勇", "雅琴", "长河"}

// women are the given names that the sample gives to women.
var women = map[string]bool{"秀英": true, "桂兰": true, "玉梅": true, "淑珍": true, "丽萍": true, "𬱖": true, "凤霞": true, "小满": true, "春燕": true, "雅琴": true}

// Sample makes the community up. It is the same each time.
func Sample(today deliberation.Date) (deliberation.Roster, Cast) {
	m := maker{from: today.AddDays(-400), group: "第%d居民小组", roster: deliberation.Roster{Community: deliberation.Community{
		ID: Community, Name: "临江社区(虚构)", Kind: deliberation.Urban, Place: "sichuan", Demo: true,
	}}}
	var c Cast
	for i := range branchSize {
		office := deliberation.BranchMember
		if i == 0 {
			office = deliberation.Secretary
		}
		c.Branch = append(c.Branch, m.person(office, deliberation.PartyMember, deliberation.Resident))
	}
	for i := range committeeSize {
		office := deliberation.CommitteeMember
		if i == 0 {
			office = deliberation.Director
		}
		c.Committee = append(c.Committee, m.person(office, deliberation.Resident))
	}
	for i := range supervisorSize {
		offices := []deliberation.Office{deliberation.Supervisor, deliberation.Resident}
		if i == 0 {
			offices = append(offices, deliberation.SupervisionHead)
		}
		c.Supervisors = append(c.Supervisors, m.person(offices...))
	}
	c.Party = append(c.Party, c.Branch...)
	for i := range representative {
		offices := []deliberation.Office{deliberation.Representative, deliberation.Resident}
		if i < partyExtra {
			offices = append(offices, deliberation.PartyMember)
		}
		id := m.person(offices...)
		c.Representatives = append(c.Representatives, id)
		if i < partyExtra {
			c.Party = append(c.Party, id)
		}
	}
	for range residentExtra {
		c.Residents = append(c.Residents, m.person(deliberation.Resident))
	}
	c.Secretary, c.Director = c.Branch[0], c.Committee[0]
	m.house()
	c.Estate, c.Owners = m.estate()
	c.Clerk = m.person(deliberation.Clerk)
	c.Guide = m.person(deliberation.Guide)
	c.Operator = m.person(deliberation.Operator)
	for _, p := range m.roster.Persons[len(m.roster.Records):] { // who works here and lives elsewhere
		m.record(p, deliberation.PersonRecord{Hukou: deliberation.HukouElsewhere})
	}
	return m.roster, c
}

type maker struct {
	roster deliberation.Roster
	from   deliberation.Date
	group  string // what a group is called, with the place of its number
}

func (m *maker) person(offices ...deliberation.Office) deliberation.PersonID {
	n := len(m.roster.Persons)
	p := deliberation.Person{
		ID: deliberation.PersonID(fmt.Sprintf("demo-%03d", n+1)), Community: Community,
		Name:  string(surnames[n%len(surnames)]) + givenNames[(n*7+n/len(surnames))%len(givenNames)],
		Group: fmt.Sprintf(m.group, n%groups+1),
	}
	m.roster.Persons = append(m.roster.Persons, p)
	for _, o := range offices {
		m.roster.Offices = append(m.roster.Offices, deliberation.OfficeHeld{Person: p.ID, Community: Community, Office: o, From: m.from})
	}
	return p.ID
}

// The estate of the sample, whose owners can meet.
const (
	estateID = deliberation.EstateID("demo-estate")
	owners   = 40
	second   = 7 // every so many owners have a second unit
)

// estate gives the first of the people a flat each, and some of them a shop besides.
func (m *maker) estate() (deliberation.EstateID, []deliberation.PersonID) {
	m.roster.Estates = append(m.roster.Estates, deliberation.Estate{ID: estateID, Community: Community, Name: "枣子坪花园"})
	unit := func(building, number string, owner deliberation.PersonID, area int) {
		m.roster.Units = append(m.roster.Units, deliberation.Unit{
			ID: deliberation.UnitID(fmt.Sprintf("demo-u%03d", len(m.roster.Units)+1)), Estate: estateID,
			Building: building, Number: number, Owner: owner, Area: area,
		})
	}
	var list []deliberation.PersonID
	for n, p := range m.roster.Persons[:owners] {
		unit(fmt.Sprintf("%d栋", n/16+1), fmt.Sprintf("%d单元%d0%d", n/8%2+1, n/2%4+1, n%2+1), p.ID, 5860+n*37%9*735)
		if n%second == 0 {
			unit("商铺", fmt.Sprintf("%d号", n/second+1), p.ID, 3015+n*20)
		}
		m.roster.Offices = append(m.roster.Offices, deliberation.OfficeHeld{
			Person: p.ID, Community: Community, Office: deliberation.Owner, From: m.from, Source: "units",
		})
		list = append(list, p.ID)
	}
	return estateID, list
}

// house gives every person so far a home and the rest of their record. A
// representative or resident lives with a spouse of the same group where one is
// left over; the members of the committees live apart, for near relatives of the
// one may not sit on another.
func (m *maker) house() {
	waiting := map[string]deliberation.PersonRecord{} // heads without a spouse yet, by group and sex
	for n, p := range m.roster.Persons {
		sex := sexOf(p.Name)
		other := deliberation.Female
		if sex == deliberation.Female {
			other = deliberation.Male
		}
		couples := n >= branchSize+committeeSize+supervisorSize
		if head, found := waiting[p.Group+string(other)]; couples && found {
			delete(waiting, p.Group+string(other))
			m.record(p, deliberation.PersonRecord{Household: head.Household, Relation: deliberation.RelationSpouse, Birth: head.Birth.AddDays(500)})
			continue
		}
		h := deliberation.Household{
			ID: deliberation.HouseholdID(fmt.Sprintf("demo-h%03d", n+1)), Community: Community, Group: p.Group,
			Building: fmt.Sprintf("%d栋", n%groups+1), Number: fmt.Sprintf("%d单元%d01", n/groups%4+1, n/groups/4+1),
		}
		m.roster.Households = append(m.roster.Households, h)
		r := m.record(p, deliberation.PersonRecord{Household: h.ID, Relation: deliberation.RelationHead})
		m.roster.Offices = append(m.roster.Offices, deliberation.OfficeHeld{Person: p.ID, Community: Community, Office: deliberation.HouseholdHead, From: m.from, Source: "household"})
		if couples {
			waiting[p.Group+string(sex)] = r
		}
	}
}

func sexOf(name string) deliberation.Sex {
	if women[string([]rune(name)[1:])] {
		return deliberation.Female
	}
	return deliberation.Male
}

// record completes and adds what is known of a person. Numbers are made up: no
// county has the region code 510000, and the phone numbers are given to nobody here.
func (m *maker) record(p deliberation.Person, r deliberation.PersonRecord) deliberation.PersonRecord {
	n := len(m.roster.Records)
	r.Person, r.Sex, r.Standing, r.Version = p, sexOf(p.Name), deliberation.Present, 1
	if r.Birth.IsZero() {
		r.Birth = deliberation.NewDate(1948+n*17%50, time.Month(n%12+1), n%28+1)
	}
	if r.Hukou == "" {
		r.Hukou, r.Since = deliberation.HukouHere, deliberation.NewDate(2015+n%8, 1, 1)
	}
	r.Identity, r.Phone = identity(r.Birth, r.Sex, n), fmt.Sprintf("1990000%04d", n*37%10000)
	m.roster.Records = append(m.roster.Records, r)
	return r
}

// identity makes a 公民身份号码 whose check character fits (GB 11643-1999).
func identity(birth deliberation.Date, sex deliberation.Sex, n int) string {
	order := n%400*2 + 1 // odd for men
	if sex == deliberation.Female {
		order++
	}
	body := fmt.Sprintf("510000%04d%02d%02d%03d", birth.Year, birth.Month, birth.Day, order)
	sum, weight := 0, 1
	for i := len(body) - 1; i >= 0; i-- { // ISO 7064 MOD 11-2
		weight = weight * 2 % 11
		sum += int(body[i]-'0') * weight
	}
	return body + string("10X98765432"[sum%11])
}
