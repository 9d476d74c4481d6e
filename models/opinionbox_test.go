package models_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func boxed(text string) deliberation.BoxOpinion {
	return deliberation.BoxOpinion{Community: place, Text: text, Given: noon}
}

func fromPerson(p deliberation.PersonID, key string, at time.Time) deliberation.BoxSender {
	return deliberation.BoxSender{Person: p, Key: key, At: at}
}

func fromAddress(key string, at time.Time) deliberation.BoxSender {
	return deliberation.BoxSender{Address: "192.0.2.7", Key: key, At: at}
}

func TestTheBoxTakesAnOpinionAndTellsWhatBecameOfIt(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		o := boxed("广场的灯坏了")
		o.Person, o.Publish, o.Category = rep(0), true, deliberation.CategoryEnvironment
		number := got(s.PutInBox(ctx, o, fromPerson(rep(0), "key-1", noon)))(t)
		equal(t, "the same request again", got(s.PutInBox(ctx, o, fromPerson(rep(0), "key-1", noon)))(t), number)
		if again := got(s.PutInBox(ctx, o, fromPerson(rep(1), "key-1", noon)))(t); again == number {
			t.Error("another person's request has the same number")
		}
		found := got(s.BoxOpinionByNumber(ctx, strings.ToLower(strings.ReplaceAll(number, "-", " "))))(t)
		if found.Text != o.Text || found.Person != rep(0) || found.Outcome != "" || !found.Publish {
			t.Errorf("found %+v", found)
		}
		for _, guess := range []string{"", "AAAA-AAAA-AAAA", number[:13], found.ID} {
			_, err := s.BoxOpinionByNumber(ctx, guess)
			refused(t, err, deliberation.RefuseNotFound)
		}
		equal(t, "in the box", len(got(s.BoxOpinions(ctx, deliberation.BoxQuery{Community: place}))(t)), 2)
		equal(t, "one's own", len(got(s.BoxOpinions(ctx, deliberation.BoxQuery{Community: place, Person: rep(0)}))(t)), 1)
		equal(t, "published", len(got(s.BoxOpinions(ctx, deliberation.BoxQuery{Community: place, Published: true}))(t)), 0)

		said := deliberation.BoxOpinion{ID: found.ID, Community: place, Outcome: deliberation.BoxAnswered, Answered: noon.AddDate(0, 0, 20), AnsweredBy: rep(2)}
		refused(t, s.AnswerBoxOpinion(ctx, said), deliberation.RefuseInvalid) // without a word
		said.Answer, said.Community = "已报修", "elsewhere"
		refused(t, s.AnswerBoxOpinion(ctx, said), deliberation.RefuseNotFound)
		said.Community = place
		ok(t, s.AnswerBoxOpinion(ctx, said))
		refused(t, s.AnswerBoxOpinion(ctx, said), deliberation.RefuseTwice)
		found = got(s.BoxOpinionByNumber(ctx, number))(t)
		if found.Answer != "已报修" || found.Outcome != deliberation.BoxAnswered || found.Late(15, today) != 5 {
			t.Errorf("answered %+v, late %d", found, found.Late(15, today))
		}
		equal(t, "published", len(got(s.BoxOpinions(ctx, deliberation.BoxQuery{Community: place, Published: true}))(t)), 1)

		var body, answer []byte
		var kept string
		ok(t, b.raw(t).QueryRowContext(ctx, "SELECT body, answer, number FROM box_opinions WHERE answer IS NOT NULL").Scan(&body, &answer, &kept))
		if bytes.Contains(body, []byte("灯")) || bytes.Contains(answer, []byte("报修")) || strings.Contains(kept, number) {
			t.Error("a text or the number lies open")
		}
	})
}

func TestTheBoxIsClosedToWhoHasNoAccountUntilItIsOpened(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		_, err := s.PutInBox(ctx, boxed("问一问"), fromAddress("key-1", noon))
		refused(t, err, deliberation.RefuseSignIn)
		equal(t, "of the refused", count(t, b, "box_opinions")+count(t, b, "box_senders"), 0)
		ok(t, s.SetOpenToAll(ctx, place, true, rep(0), noon))
		got(s.PutInBox(ctx, boxed("问一问"), fromAddress("key-1", noon)))(t)
		ok(t, s.SetOpenToAll(ctx, place, false, rep(0), noon))
		if got(s.OpenToAll(ctx, place))(t) {
			t.Error("it is still open")
		}
		_, err = s.PutInBox(ctx, boxed("再问一问"), fromAddress("key-2", noon.Add(time.Hour)))
		refused(t, err, deliberation.RefuseSignIn)
	})
}

func TestAFloodIsRefusedAndNothingIsKeptOfIt(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		ok(t, s.SetOpenToAll(ctx, place, true, rep(0), noon))
		got(s.PutInBox(ctx, boxed("一"), fromAddress("key-0", noon)))(t)
		_, err := s.PutInBox(ctx, boxed("二"), fromAddress("key-1", noon.Add(59*time.Second)))
		refused(t, err, deliberation.RefuseRateLimited)
		got(s.PutInBox(ctx, boxed("别人的"), fromPerson(rep(1), "key-p", noon.Add(time.Second))))(t) // pays for no neighbour
		taken := 1
		for n := range 40 {
			if _, err := s.PutInBox(ctx, boxed(fmt.Sprint("第", n)), fromAddress(fmt.Sprint("key-a", n), noon.Add(time.Duration(n+1)*time.Minute))); err == nil {
				taken++
			}
		}
		equal(t, "taken of one address in a day", taken, 10)
		equal(t, "kept", count(t, b, "box_opinions"), 11)
		taken = 0
		for n := range 20 {
			if _, err := s.PutInBox(ctx, boxed(fmt.Sprint("第", n)), fromPerson(rep(2), fmt.Sprint("key-b", n), noon.Add(time.Duration(n)*time.Hour))); err == nil {
				taken++
			}
		}
		equal(t, "taken of one person in a day", taken, 5)
		got(s.PutInBox(ctx, boxed("第二天"), fromAddress("key-next", noon.Add(25*time.Hour))))(t)
		var left int
		ok(t, b.raw(t).QueryRowContext(ctx, "SELECT COUNT(*) FROM box_senders").Scan(&left))
		if left > 6 {
			t.Errorf("%d senders of yesterday are still known", left)
		}
		for _, text := range []string{"", "  \n", strings.Repeat("长", deliberation.MaxBoxText+1)} {
			_, err := s.PutInBox(ctx, boxed(text), fromPerson(rep(0), "key-bad", noon))
			refused(t, err, deliberation.RefuseInvalid)
		}
	})
}

func TestAnOpinionBecomesTheOriginOfOneProcess(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		number := got(s.PutInBox(ctx, boxed("建充电棚"), fromPerson(rep(0), "key-1", noon)))(t)
		o := got(s.BoxOpinionByNumber(ctx, number))(t)
		p := sampleProcess("p7", "充电棚")
		p.Matter.Opinion = o.ID
		ok(t, s.CreateProcess(ctx, p))
		o.Outcome, o.Process, o.Answered, o.AnsweredBy = deliberation.BoxProcess, "p7", noon, rep(1)
		ok(t, s.AnswerBoxOpinion(ctx, o))
		ok(t, s.AnswerBoxOpinion(ctx, o)) // told twice is told once
		if found := got(s.BoxOpinionByNumber(ctx, number))(t); found.Process != "p7" {
			t.Errorf("it does not lead to the process: %+v", found)
		}
		if kept := got(s.Proceeding(ctx, "p7"))(t); kept.Matter.Opinion != o.ID {
			t.Errorf("the process does not lead back: %+v", kept.Matter)
		}
		o.Process = "p8"
		refused(t, s.AnswerBoxOpinion(ctx, o), deliberation.RefuseTwice)
	})
}
