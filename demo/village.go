package demo

import "github.com/yishi-project/yishi/deliberation"

// The parts of the village; everybody else of its adults is a villager.
const (
	villageCommittee      = 5
	villageRepresentative = 40
	places                = 6 // where its assembly meets, a clerk at each
)

// Village makes a village up with as many adults. It is the same each time.
func Village(today deliberation.Date, adults int) (deliberation.Roster, Cast) {
	m := maker{from: today.AddDays(-400), group: "第%d村民小组", roster: deliberation.Roster{Community: deliberation.Community{
		ID: Community, Name: "柳林村（虚构）", Kind: deliberation.Village, Place: "sichuan", Demo: true,
	}}}
	var c Cast
	several := func(n int, first deliberation.Office, offices ...deliberation.Office) (ids []deliberation.PersonID) {
		for i := range n {
			held := append([]deliberation.Office{deliberation.Resident}, offices...)
			if i == 0 && first != "" {
				held[1] = first
			}
			ids = append(ids, m.person(held...))
		}
		return ids
	}
	c.Branch = several(branchSize, deliberation.Secretary, deliberation.BranchMember, deliberation.PartyMember)
	c.Committee = several(villageCommittee, deliberation.Director, deliberation.CommitteeMember)
	c.Supervisors = several(supervisorSize, "", deliberation.Supervisor)
	c.Representatives = several(villageRepresentative, "", deliberation.Representative)
	c.Residents = several(adults-len(m.roster.Persons), "")
	c.Secretary, c.Director, c.Party = c.Branch[0], c.Committee[0], c.Branch
	m.house()
	for range places {
		c.Clerks = append(c.Clerks, m.person(deliberation.Clerk))
	}
	c.Clerk = c.Clerks[0]
	c.Guide = m.person(deliberation.Guide)
	c.Operator = m.person(deliberation.Operator)
	for _, p := range m.roster.Persons[len(m.roster.Records):] { // who works here and lives elsewhere
		m.record(p, deliberation.PersonRecord{Hukou: deliberation.HukouElsewhere})
	}
	return m.roster, c
}

// Adults are those with a vote at the assembly, the offices first.
func (c Cast) Adults() (ids []deliberation.PersonID) {
	for _, part := range [][]deliberation.PersonID{c.Branch, c.Committee, c.Supervisors, c.Representatives, c.Residents} {
		ids = append(ids, part...)
	}
	return ids
}
