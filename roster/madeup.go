package roster

import (
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// MadeUp gives n made-up persons in each of the communities, the same ones each
// time, for trials of size: in households of three, with identity numbers that
// check and belong to nobody (no region begins with 9).
func MadeUp(communities []string, n int, on deliberation.Date) []Entry {
	entries := make([]Entry, 0, len(communities)*n)
	for c, community := range communities {
		for i := range n {
			entries = append(entries, madeUp(c, i, on))
			entries[len(entries)-1].Community = community
		}
	}
	return entries
}

var (
	madeUpSurnames = []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳")
	madeUpGiven    = []rune("建国秀英志强桂兰文华玉梅海涛淑珍栋丽萍永康凤霞德明小满春燕大勇雅琴长河子轩梓涵浩宇欣怡俊杰雨泽诗若晨曦思远嘉")
)

const householdSize = 3

func madeUp(c, i int, on deliberation.Date) Entry {
	serial := c*1_000_003 + i*7919
	head := i%householdSize == 0
	age := 20 + serial%65
	if !head && i%householdSize == 2 {
		age = serial % 30
	}
	birth := deliberation.NewDate(on.Year-age, 1, 1).AddDays(serial % 360)
	if birth.After(on) {
		birth = on
	}
	home := i / householdSize
	e := Entry{
		Name:     string([]rune{madeUpSurnames[serial%len(madeUpSurnames)], madeUpGiven[serial/7%len(madeUpGiven)], madeUpGiven[serial/61%len(madeUpGiven)]}),
		Birth:    birth,
		Phone:    fmt.Sprintf("139%08d", (c*100_000+i)%100_000_000),
		Group:    fmt.Sprintf("第%d居民小组", home%10+1),
		Building: fmt.Sprintf("%d栋", home%40+1), Household: fmt.Sprintf("%d单元%d", home/40%4+1, 100+home/160),
		Relation: []deliberation.Relation{deliberation.RelationHead, deliberation.RelationSpouse, deliberation.RelationChild}[i%householdSize],
		Hukou:    deliberation.HukouHere,
	}
	if i%5 == 0 {
		e.Hukou = deliberation.HukouElsewhere
	}
	e.Identity = madeUpIdentity(birth, c*100_000+i)
	_, e.Sex, _ = deliberation.CheckIdentity(e.Identity) // it checks: it was made to
	adult := deliberation.AgeOn(birth, on) >= adulthood+1
	began := on.AddDays(-200)
	if adult && i%20 == 0 {
		e.Seats = append(e.Seats, Seat{deliberation.PartyMember, began})
	}
	if adult && i%50 == 3 {
		e.Seats = append(e.Seats, Seat{deliberation.Representative, began})
	}
	return e
}

// madeUpIdentity makes a number for the day; the region's last digits and the
// order code tell those born on one day apart.
func madeUpIdentity(birth deliberation.Date, serial int) string {
	head := fmt.Sprintf("9%05d%04d%02d%02d%03d", serial/1000%100_000, birth.Year, birth.Month, birth.Day, serial%1000)
	for _, check := range "0123456789X" {
		number := head + string(check)
		if _, _, err := deliberation.CheckIdentity(number); err == nil {
			return number
		}
	}
	return "" // one of the eleven fits
}
