package server

import (
	"context"
	"fmt"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// ratingInput is what begins a rating of departments: who is rated, a name each.
type ratingInput struct {
	Title, Summary string
	Origin         deliberation.Origin
	Departments    []string
}

// startRating begins a rating of departments.
func (s *Server) startRating(ctx context.Context, v viewer, key string, in ratingInput) (deliberation.ProcessID, error) {
	m := deliberation.Matter{
		Title: in.Title, Summary: in.Summary, Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: in.Origin,
		Form: deliberation.Conference, Departments: in.Departments,
	}
	if m.Title == "" {
		m.Title = fmt.Sprintf("%d年评议政府部门、站所和服务单位", s.today().Year)
	}
	if m.Summary == "" {
		m.Summary = "居（村）民代表对下列单位的服务逐个无记名评议，结果公布并报送，由被评议单位答复。"
	}
	if m.Origin == "" {
		m.Origin = deliberation.OriginCommittee
		switch {
		case v.Holds(deliberation.SupervisionHead):
			m.Origin = deliberation.OriginSupervisors
		case v.Holds(deliberation.Secretary):
			m.Origin = deliberation.OriginParty
		}
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.DepartmentKind, Matter: m})
}

// namesIn reads names, a line each.
func namesIn(lines string) (names []string) {
	for _, line := range strings.Split(lines, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return names
}

// rating is a rating of departments as somebody may see it.
type rating struct {
	deliberation.Proceeding
	Community deliberation.Community
	Status    deliberation.RatingStatus
	// Replies are the texts of the replies that may be read.
	Replies map[deliberation.DepartmentID]string
}

// openRating gives a rating: what was posted is public, the rest is for the community.
// Another kind of process, or one that is not public yet, is not found.
func (s *Server) openRating(ctx context.Context, v viewer, id deliberation.ProcessID) (rating, error) {
	p, err := s.Processes.Proceeding(ctx, id)
	if err != nil {
		return rating{}, err
	}
	if p.Kind != deliberation.DepartmentKind {
		return rating{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	found := rating{Proceeding: p, Replies: map[deliberation.DepartmentID]string{}}
	if p.Status.Rating != nil {
		found.Status = *p.Status.Rating
	}
	if found.Community, err = s.People.Community(ctx, p.Community); err != nil {
		return rating{}, err
	}
	own := permit(toReadCase, v, p.Community == v.Community.ID) == nil
	if !own && found.Status.Posted.IsZero() {
		return rating{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	for _, d := range found.Status.Departments {
		if d.Reply.IsZero() || !own && found.Status.RepliesPosted.IsZero() {
			continue
		}
		paper, err := s.Papers.Paper(ctx, d.Reply.ID)
		if err != nil {
			return rating{}, err
		}
		if paper.MediaType == plainText {
			found.Replies[d.ID] = string(paper.Content)
		}
	}
	return found, nil
}

// overdueReplies gives, of a community's last rating that was posted, the bodies that let
// the limit of their reply pass, a line each. Older silence stands on its own page.
func (s *Server) overdueReplies(ctx context.Context, c deliberation.CommunityID) (list []deliberation.OverdueReply, err error) {
	all, err := s.Ratings.DepartmentRatings(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		r := p.Status.Rating
		if r == nil || r.Posted.IsZero() {
			continue
		}
		for i, d := range r.Departments {
			if d.Overdue && i < len(p.Matter.Departments) {
				list = append(list, deliberation.OverdueReply{Process: p.ID, Name: p.Matter.Departments[i], Due: d.ReplyDue})
			}
		}
		break
	}
	return list, nil
}

// departmentName names the body that an act is about, empty where it is about none.
func departmentName(p deliberation.Process, subject string) string {
	if p.Kind != deliberation.DepartmentKind {
		return ""
	}
	for i, name := range p.Matter.Departments {
		if string(deliberation.DepartmentAt(i)) == subject {
			return name
		}
	}
	return ""
}

// ratingNotice drafts what is posted: the results, or the replies.
func (s *Server) ratingNotice(ctx context.Context, v viewer, p deliberation.Proceeding) (string, error) {
	found, err := s.openRating(ctx, v, p.ID)
	if err != nil {
		return "", err
	}
	replies := found.Replies
	if p.Status.Stage == deliberation.RatingDisclosure {
		replies = nil
	}
	return deliberation.RatingNotice(p.Matter.Title, p.Matter.Departments, found.Status, replies), nil
}

// aboutDepartment says whom an act is about and how they were rated, empty where it is
// about no department.
func aboutDepartment(p deliberation.Process, subject, lang string) string {
	name := departmentName(p, subject)
	if name == "" || p.Status.Rating == nil {
		return name
	}
	if d := p.Status.Rating.Find(deliberation.DepartmentID(subject)); d != nil && d.Result != nil {
		return name + "\n" + d.Result.Line(lang)
	}
	return name
}

// departmentLines name the bodies of a rating as acts about them are listed.
func departmentLines(p deliberation.Process) (list []pages.MotionLine) {
	if p.Kind != deliberation.DepartmentKind {
		return nil
	}
	for i, name := range p.Matter.Departments {
		list = append(list, pages.MotionLine{Motion: deliberation.Motion{ID: string(deliberation.DepartmentAt(i))}, Title: name})
	}
	return list
}
