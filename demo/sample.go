// Package demo makes a community up and plays a whole process in it, over HTTP
// only, as the different people of the place. Nothing in it has legal effect.
package demo

import (
	"fmt"

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
	Clerk           deliberation.PersonID
	Guide           deliberation.PersonID
	Operator        deliberation.PersonID
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

// Sample makes the community up. It is the same each time.
func Sample(today deliberation.Date) (deliberation.Roster, Cast) {
	m := maker{from: today.AddDays(-400), roster: deliberation.Roster{Community: deliberation.Community{
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
	for range supervisorSize {
		c.Supervisors = append(c.Supervisors, m.person(deliberation.Supervisor, deliberation.Resident))
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
	c.Clerk = m.person(deliberation.Clerk)
	c.Guide = m.person(deliberation.Guide)
	c.Operator = m.person(deliberation.Operator)
	return m.roster, c
}

type maker struct {
	roster deliberation.Roster
	from   deliberation.Date
}

func (m *maker) person(offices ...deliberation.Office) deliberation.PersonID {
	n := len(m.roster.Persons)
	p := deliberation.Person{
		ID: deliberation.PersonID(fmt.Sprintf("demo-%03d", n+1)), Community: Community,
		Name:  string(surnames[n%len(surnames)]) + givenNames[(n*7+n/len(surnames))%len(givenNames)],
		Group: fmt.Sprintf("第%d居民小组", n%groups+1),
	}
	m.roster.Persons = append(m.roster.Persons, p)
	for _, o := range offices {
		m.roster.Offices = append(m.roster.Offices, deliberation.OfficeHeld{Person: p.ID, Community: Community, Office: o, From: m.from})
	}
	return p.ID
}
