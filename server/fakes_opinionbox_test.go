package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// boxHere keeps the opinion boxes of a town: the one at home takes opinions without an
// account, the other does not.
type boxHere struct {
	list    []deliberation.BoxOpinion
	numbers map[string]string
	open    map[deliberation.CommunityID]bool
	last    map[string]time.Time
}

func newBoxHere() *boxHere {
	return &boxHere{
		list: []deliberation.BoxOpinion{
			{ID: "o1", Community: home, Person: "rep", Text: "路灯不亮", Given: civil},
			{ID: "o2", Community: away, Person: "stranger", Text: "远方的意见", Given: civil},
		},
		numbers: map[string]string{}, open: map[deliberation.CommunityID]bool{home: true}, last: map[string]time.Time{},
	}
}

func (b *boxHere) of(c deliberation.CommunityID) (list []deliberation.BoxOpinion) {
	for _, o := range b.list {
		if o.Community == c {
			list = append(list, o)
		}
	}
	return list
}

func (b *boxHere) PutInBox(_ context.Context, o deliberation.BoxOpinion, from deliberation.BoxSender) (string, error) {
	who := string(from.Person) + from.Address
	number := strings.ToUpper(opaque(who, from.Key, o.Text)[:12])
	switch last, before := b.last[who]; {
	case b.numbers[number] != "":
		return number, nil
	case from.Person == "" && !b.open[o.Community]:
		return "", deliberation.Refuse(deliberation.RefuseSignIn)
	case before && from.At.Sub(last) < time.Minute:
		return "", deliberation.Refuse(deliberation.RefuseRateLimited)
	}
	o.ID = fmt.Sprintf("put%d", len(b.list))
	b.list, b.numbers[number], b.last[who] = append(b.list, o), o.ID, from.At
	return number, nil
}

func (b *boxHere) BoxOpinionByNumber(ctx context.Context, number string) (deliberation.BoxOpinion, error) {
	return b.BoxOpinion(ctx, b.numbers[number])
}

func (b *boxHere) BoxOpinion(_ context.Context, id string) (deliberation.BoxOpinion, error) {
	for _, o := range b.list {
		if o.ID == id {
			return o, nil
		}
	}
	return deliberation.BoxOpinion{}, notFound
}

func (b *boxHere) BoxOpinions(_ context.Context, q deliberation.BoxQuery) (list []deliberation.BoxOpinion, err error) {
	for _, o := range b.of(q.Community) {
		if (q.Person == "" || o.Person == q.Person) && (!q.Published || o.Publish && o.Outcome != "" && o.Outcome != deliberation.BoxAbuse) {
			list = append(list, o)
		}
	}
	return list, nil
}

func (b *boxHere) AnswerBoxOpinion(_ context.Context, a deliberation.BoxOpinion) error {
	if err := a.CheckAnswer(); err != nil {
		return err
	}
	for i, o := range b.list {
		switch {
		case o.ID != a.ID || o.Community != a.Community:
		case o.Outcome != "":
			return deliberation.Refuse(deliberation.RefuseTwice)
		default:
			o.Outcome, o.Answer, o.Answered, o.AnsweredBy, o.Process = a.Outcome, a.Answer, a.Answered, a.AnsweredBy, a.Process
			b.list[i] = o
			return nil
		}
	}
	return notFound
}

func (b *boxHere) OpenToAll(_ context.Context, c deliberation.CommunityID) (bool, error) {
	return b.open[c], nil
}

func (b *boxHere) SetOpenToAll(_ context.Context, c deliberation.CommunityID, open bool, _ deliberation.PersonID, _ time.Time) error {
	b.open[c] = open
	return nil
}
