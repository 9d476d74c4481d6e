package server

import (
	"context"
	"net/netip"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// boxInput is what is put into the opinion box.
type boxInput struct {
	Text, Category, Key string
	Publish             bool
	// Address is where it comes from; it counts for who has no account.
	Address string
}

// putInBox puts an opinion into the box of the viewer's own community, or of the one
// that somebody without an account chose, and gives its number.
func (s *Server) putInBox(ctx context.Context, v viewer, c deliberation.CommunityID, in boxInput) (string, error) {
	from := deliberation.BoxSender{Key: in.Key, At: s.Now()}
	if v.SignedIn {
		if err := permit(toGiveOpinion, v, c == v.Community.ID); err != nil {
			return "", err
		}
		from.Person = v.Person.ID
	} else {
		from.Address = neighbourhood(in.Address)
	}
	if err := checkKey(in.Key); err != nil {
		return "", err
	}
	if !isID(string(c)) {
		return "", deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if _, err := s.People.Community(ctx, c); err != nil {
		return "", err
	}
	var f fields
	o := deliberation.BoxOpinion{
		Community: c, Person: from.Person, Category: deliberation.Category(in.Category), Given: s.now(), Publish: in.Publish,
		Text: f.text("text", in.Text, true, deliberation.MaxBoxText),
	}
	f.want(in.Category == "" || slices.Contains(deliberation.BoxCategories, o.Category), "category", notAChoice)
	if err := f.refusal(); err != nil {
		return "", err
	}
	return s.OpinionBox.PutInBox(ctx, o, from)
}

// neighbourhood is what one subscriber changes at will taken off an address: they
// have 64 bits of IPv6 to themselves.
func neighbourhood(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// boxByNumber gives an opinion to whoever has its number.
func (s *Server) boxByNumber(ctx context.Context, number string) (deliberation.BoxOpinion, error) {
	if number == "" {
		return deliberation.BoxOpinion{}, invalid("number", required)
	}
	if !oneLine(number) {
		return deliberation.BoxOpinion{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return s.OpinionBox.BoxOpinionByNumber(ctx, number)
}

func oneLine(s string) bool {
	var f fields
	f.text("", s, true, maxLine)
	return len(f) == 0
}

// boxDays gives the days for the answer to an opinion, by the law of the day on which
// it was given. Where the rules of that day say nothing, ok is false.
func (s *Server) boxDays(c deliberation.Community, o deliberation.BoxOpinion) (r deliberation.DaysRule, ok bool) {
	r, err := s.Law.DaysOn(c.Kind, c.Place, deliberation.OpinionAnswerDays, deliberation.DateOf(o.Given))
	return r, err == nil && r.Days > 0
}

// boxOpinion gives an opinion in the box of the viewer's own community; another's is
// not found.
func (s *Server) boxOpinion(ctx context.Context, v viewer, id string) (deliberation.BoxOpinion, error) {
	if !isID(id) {
		return deliberation.BoxOpinion{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	o, err := s.OpinionBox.BoxOpinion(ctx, id)
	if err == nil {
		err = permit(toReadBox, v, o.Community == v.Community.ID)
	}
	if err != nil {
		return deliberation.BoxOpinion{}, err
	}
	return o, nil
}

// answerBox says what became of an opinion. Nobody answers their own.
func (s *Server) answerBox(ctx context.Context, v viewer, id, outcome, text string) error {
	o, err := s.boxOpinion(ctx, v, id)
	if err != nil {
		return err
	}
	if err := permit(toAnswer, v, true); err != nil {
		return err
	}
	if o.Person == v.Person.ID {
		return deliberation.Refuse(deliberation.RefuseOwnMatter)
	}
	var f fields
	f.want(outcome != string(deliberation.BoxProcess) && slices.Contains(deliberation.BoxOutcomes, deliberation.BoxOutcome(outcome)), "outcome", notAChoice)
	text = f.text("text", text, true, deliberation.MaxBoxText)
	if err := f.refusal(); err != nil {
		return err
	}
	return s.OpinionBox.AnswerBoxOpinion(ctx, deliberation.BoxOpinion{
		ID: id, Community: o.Community, Outcome: deliberation.BoxOutcome(outcome), Answer: text, Answered: s.now(), AnsweredBy: v.Person.ID,
	})
}

// setBox lets the box of the viewer's community take opinions without an account.
func (s *Server) setBox(ctx context.Context, v viewer, open bool) error {
	if err := permit(toSetBox, v, true); err != nil {
		return err
	}
	return s.OpinionBox.SetOpenToAll(ctx, v.Community.ID, open, v.Person.ID, s.now())
}

// opinionWaits checks the opinion in the box for which a process says it is started:
// it is of the community, and nothing became of it yet.
func (s *Server) opinionWaits(ctx context.Context, v viewer, in startInput) error {
	if in.Matter.Opinion == "" {
		return nil
	}
	o, err := s.boxOpinion(ctx, v, in.Matter.Opinion)
	if refusal, is := refusalOf(err); is && refusal.Code == deliberation.RefuseNotFound {
		return invalid("opinion", notAChoice)
	}
	if err == nil && o.Outcome != "" {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	return err
}

// tellBox writes to an opinion in the box which process was started for it.
func (s *Server) tellBox(ctx context.Context, v viewer, started deliberation.ProcessID, opinion string) error {
	if opinion == "" {
		return nil
	}
	return s.OpinionBox.AnswerBoxOpinion(ctx, deliberation.BoxOpinion{
		ID: opinion, Community: v.Community.ID, Outcome: deliberation.BoxProcess, Process: started, Answered: s.now(), AnsweredBy: v.Person.ID,
	})
}
