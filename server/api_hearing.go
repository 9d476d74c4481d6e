package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartHearing(c echo.Context, _ api.StartHearingParams) error {
	in, err := read[api.HearingRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startHearing(c.Request().Context(), v, key, hearingInput{
			Form: deliberation.Body(in.Form), Title: in.Title, Summary: in.Summary, Category: deliberation.Category(in.Category), Affected: deliberation.Affected(in.Affected),
			Origin: deliberation.Origin(in.Origin), Signers: in.Signers, SignersOf: in.SignersOf, BudgetFen: in.BudgetFen, ChoiceReason: in.ChoiceReason, For: deliberation.ProcessID(in.For),
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) GetHearing(c echo.Context, id api.ProcessID) error {
	f, err := h.hearing(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := api.Hearing{Sides: []api.HearingSide{}, Panel: []string{}, Experts: []api.Expert{}, Statements: statementsOf(f.Statements)}
	if f.Plan != nil {
		out.Chair, out.Presenter, out.Observers = string(f.Plan.Chair), string(f.Plan.Presenter), f.Plan.Observers
		for _, p := range f.Plan.Panel {
			out.Panel = append(out.Panel, string(p))
		}
		for _, s := range f.Plan.Sides {
			out.Sides = append(out.Sides, api.HearingSide{Code: s.Code, Name: s.Name, Seats: s.Seats, Group: s.Group})
		}
	}
	for _, x := range f.Experts {
		out.Experts = append(out.Experts, api.Expert{Id: x.ID, Name: x.Name, Field: x.Field, Interest: string(x.Interest), Declared: x.Declared})
	}
	if f.Mine != nil {
		out.Number, out.Side, out.Chosen = f.Mine.Number, f.Mine.Side, f.Mine.Chosen
	}
	return c.JSON(http.StatusOK, out)
}

func statementsOf(list []deliberation.Statement) []api.Statement {
	out := []api.Statement{}
	for _, x := range list {
		out = append(out, api.Statement{
			Id: x.ID, Number: x.Number, Kind: string(x.Kind), Side: x.Side, Person: string(x.Person), Expert: x.Expert, Finding: string(x.Conclusion),
			Text: x.Text, At: x.At, Disposition: string(x.Disposition), Reason: x.Reason,
		})
	}
	return out
}

func (h apiHandlers) PlanHearing(c echo.Context, id api.ProcessID, _ api.PlanHearingParams) error {
	in, err := read[api.HearingPlanInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		plan := planInput{Chair: deliberation.PersonID(in.Chair), Presenter: deliberation.PersonID(in.Presenter), Observers: in.Observers}
		for _, p := range in.Panel {
			plan.Panel = append(plan.Panel, deliberation.PersonID(p))
		}
		for _, s := range in.Sides {
			plan.Sides = append(plan.Sides, deliberation.HearingSide{SideSeats: deliberation.SideSeats{Seats: s.Seats}, Name: s.Name, Group: s.Group})
		}
		return answer{status: http.StatusNoContent}, h.planHearing(c.Request().Context(), v, deliberation.ProcessID(id), plan)
	})
}

func (h apiHandlers) AddExpert(c echo.Context, id api.ProcessID, _ api.AddExpertParams) error {
	in, err := read[api.ExpertInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		made, err := h.addExpert(c.Request().Context(), v, deliberation.ProcessID(id), deliberation.Expert{
			Name: in.Name, Field: in.Field, Interest: deliberation.Interest(in.Interest), Declared: in.Declared,
		})
		return answer{http.StatusCreated, api.Created{Id: made}}, err
	})
}

func (h apiHandlers) ListSignUps(c echo.Context, id api.ProcessID) error {
	list, err := h.signUps(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := []api.SignUp{}
	for _, u := range list {
		out = append(out, api.SignUp{
			Number: u.Number, Side: u.Side, Channel: string(u.Channel), Needs: u.Needs, Person: personOf(u.Person), Withdrawn: !u.Withdrawn.IsZero(), Chosen: u.Chosen,
		})
	}
	return c.JSON(http.StatusOK, map[string]any{"sign_ups": out})
}

func (h apiHandlers) SignUp(c echo.Context, id api.ProcessID, _ api.SignUpParams) error {
	in, err := read[api.SignUpInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		ctx, id := c.Request().Context(), deliberation.ProcessID(id)
		if in.Withdraw {
			return answer{http.StatusOK, api.Numbered{}}, h.withdrawSignUp(ctx, v, id)
		}
		number, err := h.signUp(ctx, v, id, signUpInput{
			Side: in.Side, Needs: in.Needs, Reason: in.Reason, Person: deliberation.PersonID(in.Person), Channel: deliberation.Channel(in.Channel),
		})
		return answer{http.StatusOK, api.Numbered{Number: number}}, err
	})
}

func (h apiHandlers) GetDraw(c echo.Context, id api.ProcessID) error {
	p, list, err := h.drawing(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := api.Draw{List: []deliberation.SignUpNumber{}}
	if s := p.Status.Hearing; s != nil {
		out.Commitment = s.Commitment
		if s.Drawn != nil {
			out.Drawn, out.List = *s.Drawn, list
		}
	}
	return c.JSON(http.StatusOK, out)
}

func (h apiHandlers) ListStatements(c echo.Context, id api.ProcessID) error {
	_, list, err := h.statements(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"statements": statementsOf(list)})
}

func (h apiHandlers) AddStatement(c echo.Context, id api.ProcessID, _ api.AddStatementParams) error {
	in, err := read[api.StatementInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		number, err := h.addStatement(c.Request().Context(), v, deliberation.ProcessID(id), key, statementInput{
			Kind: deliberation.StatementKind(in.Kind), Text: in.Text, Person: deliberation.PersonID(in.Person), Expert: in.Expert, Conclusion: deliberation.Finding(in.Finding),
		})
		return answer{http.StatusOK, api.Numbered{Number: number}}, err
	})
}

func (h apiHandlers) DisposeStatement(c echo.Context, id api.ProcessID, statement string, _ api.DisposeStatementParams) error {
	in, err := read[api.DispositionInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.disposeStatement(c.Request().Context(), v, deliberation.ProcessID(id), statement, deliberation.Disposition(in.Disposition), in.Text)
		return answer{status: http.StatusNoContent}, err
	})
}
