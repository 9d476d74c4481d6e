package server

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartProcess(c echo.Context, _ api.StartProcessParams) error {
	in, err := read[api.StartRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startProcess(c.Request().Context(), v, key, startInput{Kind: in.Kind, Matter: in.Matter, Pack: in.Pack})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

// pageSize is how many processes a list has where the request does not say.
const pageSize = 50

func (h apiHandlers) ListProcesses(c echo.Context, in api.ListProcessesParams) error {
	q, err := cleanText("q", in.Q, false)
	if err != nil {
		return err
	}
	if in.Limit == 0 {
		in.Limit = pageSize
	}
	v := h.viewer(c)
	list, total, err := h.Processes.ListProcesses(c.Request().Context(), v.Community.ID, deliberation.State(in.State), q, in.Offset, in.Limit)
	if err != nil {
		return err
	}
	out := api.ProcessList{Processes: []api.Process{}, Total: total}
	for _, p := range list {
		out.Processes = append(out.Processes, processOf(p))
	}
	return c.JSON(http.StatusOK, out)
}

func (h apiHandlers) GetProcess(c echo.Context, id api.ProcessID) error {
	v := h.viewer(c)
	p, err := h.proceeding(c.Request().Context(), v, deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	q := processOf(p.Process)
	return c.JSON(http.StatusOK, api.Proceeding{
		Id: q.Id, Community: q.Community, Kind: q.Kind, Matter: q.Matter, Pack: q.Pack, Started: q.Started, StartedBy: q.StartedBy,
		Office: q.Office, Status: q.Status, May: h.allowedActs(v, p), Tasks: filled(p.Tasks), Meetings: filled(p.Meetings), Polls: filled(p.Polls),
		Postings: filled(p.Postings), Objections: filled(p.Objections), Marks: filled(p.Marks),
	})
}

func (h apiHandlers) SubmitAct(c echo.Context, id api.ProcessID, act string, _ api.SubmitActParams) error {
	in, err := read[api.ActInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		said := actInput{
			At: in.At, Place: in.Place, Text: in.Text, Subject: in.Subject, Days: in.Days, Urgent: in.Urgent, Voting: deliberation.Voting(in.Voting), Category: deliberation.Category(in.Category), Decision: string(in.Decision),
			IncomeFen: in.IncomeFen, SpendingFen: in.SpendingFen, Photo: in.Photo, PhotoType: string(in.PhotoType),
			Finding: deliberation.Finding(in.Finding), Item: in.Item,
		}
		said.People, said.Post = personIDs(in.People), deliberation.ElectionPost(in.Post)
		for _, p := range in.Participants {
			said.Participants = append(said.Participants, deliberation.Participant{Person: deliberation.PersonID(p.Person), As: deliberation.ParticipantRole(p.As)})
		}
		if said.motionInput, err = motionOf(in); err != nil {
			return answer{}, err
		}
		spec, _ := deliberation.SpecOf(deliberation.ActKind(act))
		survey := deliberation.Satisfaction{Asked: in.Survey.Asked, Returned: in.Survey.Returned, Satisfied: in.Survey.Satisfied, Basically: in.Survey.Basically, Not: in.Survey.Not}
		if spec.Wants(deliberation.NeedSurvey) || survey != (deliberation.Satisfaction{}) {
			said.Survey = &survey
		}
		if counts := (deliberation.HandCount{Yes: in.Yes, No: in.No, Abstain: in.Abstain}); spec.Wants(deliberation.NeedCounts) || counts != (deliberation.HandCount{}) {
			said.Counts = &counts // nought hands raised is a count too
		}
		receipt, err := h.submitAct(c.Request().Context(), v, deliberation.ProcessID(id), deliberation.ActKind(act), key, said)
		return answer{http.StatusOK, receipt}, err
	})
}

// motionOf reads what an act of a conference may bring.
func motionOf(in api.ActInput) (motionInput, error) {
	m := motionInput{Options: in.Options, Seats: in.Seats, OnPaper: in.OnPaper, Together: in.Together, Sections: in.Sections}
	if in.Grant.Until == "" && len(in.Grant.Categories) == 0 {
		return m, nil
	}
	until, err := deliberation.ParseDate(in.Grant.Until)
	if err != nil {
		return m, invalid("grant_until", notADate)
	}
	m.Grant = &deliberation.Grant{Until: until, To: deliberation.Body(in.Grant.To)}
	for _, c := range in.Grant.Categories {
		m.Grant.Categories = append(m.Grant.Categories, deliberation.Category(c))
	}
	return m, nil
}

func (h apiHandlers) ListOpinions(c echo.Context, id api.ProcessID) error {
	list, err := h.opinions(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := []api.Opinion{}
	for _, o := range list {
		out = append(out, api.Opinion{
			Id: o.ID, Person: string(o.Person), Channel: string(o.Channel), Text: o.Text, Given: o.Given, Disposition: o.Disposition,
			Answer: o.Answer, Answered: o.Answered, AnsweredBy: string(o.AnsweredBy),
		})
	}
	return c.JSON(http.StatusOK, map[string]any{"opinions": out})
}

func (h apiHandlers) AddOpinion(c echo.Context, id api.ProcessID, _ api.AddOpinionParams) error {
	in, err := read[api.OpinionInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		made, err := h.addOpinion(c.Request().Context(), v, deliberation.ProcessID(id), deliberation.Channel(in.Channel), in.Text, key)
		return answer{http.StatusCreated, api.Created{Id: made}}, err
	})
}

func (h apiHandlers) AnswerOpinion(c echo.Context, id api.ProcessID, opinion string, _ api.AnswerOpinionParams) error {
	in, err := read[api.OpinionAnswer](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.answerOpinion(c.Request().Context(), v, deliberation.ProcessID(id), opinion, string(in.Disposition), in.Text)
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) GetRegister(c echo.Context, id api.ProcessID) error {
	p, err := h.proceeding(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	entries, err := h.Processes.Entries(c.Request().Context(), p.ID)
	if err != nil {
		return err
	}
	out := []api.RegisterLine{}
	for _, e := range entries {
		out = append(out, api.RegisterLine{Index: e.Index, Entry: e})
	}
	return c.JSON(http.StatusOK, map[string]any{"entries": out})
}

func (h apiHandlers) GetPaper(c echo.Context, id api.ProcessID, paper string) error {
	p, err := h.readPaper(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id), deliberation.PaperID(paper))
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, p.MediaType, p.Content)
}

func (h apiHandlers) GetDossier(c echo.Context, id api.ProcessID) error {
	zip, err := h.dossier(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="dossier-`+id+`.zip"`)
	return c.Blob(http.StatusOK, "application/zip", zip)
}

func (h apiHandlers) ListTasks(c echo.Context, _ api.ListTasksParams) error {
	list, err := h.tasks(c.Request().Context(), h.viewer(c))
	if err != nil {
		return err
	}
	out := []api.TaskLine{}
	for _, t := range list {
		out = append(out, api.TaskLine{Task: t.Task, Process: string(t.Process.ID), Title: t.Process.Matter.Title, Stage: string(t.Process.Status.Stage)})
	}
	return c.JSON(http.StatusOK, map[string]any{"tasks": out})
}

// ListCommunities gives what the viewer may see, in the order of the tree.
func (h apiHandlers) ListCommunities(c echo.Context) error {
	seen, err := h.communitiesOf(c.Request().Context(), h.viewer(c))
	if err != nil {
		return err
	}
	out := []api.CommunityLine{}
	for _, s := range seen {
		line := api.CommunityLine{Community: communityOf(s.community), Path: []string{}, Processes: s.count.Processes, Held: s.count.Held, Tasks: s.count.Tasks}
		for _, p := range s.above {
			line.Path = append(line.Path, p.Name)
		}
		out = append(out, line)
	}
	return c.JSON(http.StatusOK, map[string]any{"communities": out})
}

func (h apiHandlers) GetBoard(c echo.Context, in api.GetBoardParams) error {
	if !isID(in.Community) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	ctx, id := c.Request().Context(), deliberation.CommunityID(in.Community)
	if _, err := h.People.Community(ctx, id); err != nil {
		return err
	}
	list, err := h.Processes.Board(ctx, id)
	if err != nil {
		return err
	}
	out := []api.Notice{}
	for _, n := range list {
		m := n.Process.Matter
		out = append(out, api.Notice{Posting: n.Posting, Process: string(n.Process.ID), Title: m.Title, Summary: m.Summary, Category: string(m.Category)})
	}
	return c.JSON(http.StatusOK, map[string]any{"notices": out})
}

func processOf(p deliberation.Process) api.Process {
	return api.Process{
		Id: string(p.ID), Community: string(p.Community), Kind: p.Kind, Matter: p.Matter, Pack: p.Pack, Started: p.Started.String(),
		StartedBy: string(p.StartedBy), Office: string(p.Office), Status: p.Status,
	}
}

func personOf(p deliberation.Person) api.Person { return api.Person{Id: string(p.ID), Name: p.Name} }

func communityOf(c deliberation.Community) api.Community {
	return api.Community{Id: string(c.ID), Name: c.Name, Kind: api.CommunityKind(c.Kind), Demo: c.Demo}
}

// filled gives an empty list for none: a list is never null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// soonestFirst orders tasks by their due date; those without one come last.
func soonestFirst(list []TaskLine) {
	slices.SortStableFunc(list, func(a, b TaskLine) int {
		if x, y := a.Task.Due.IsZero(), b.Task.Due.IsZero(); x != y {
			return map[bool]int{true: 1, false: -1}[x]
		}
		return cmp.Or(a.Task.Due.Compare(b.Task.Due), a.Task.Opened.Compare(b.Task.Opened))
	})
}
