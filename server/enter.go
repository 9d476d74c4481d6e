package server

import (
	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// enter keeps the community that the viewer chose for the rest of their session.
func (s *Server) enter(c echo.Context, id deliberation.CommunityID) error {
	return s.Sessions.EnterCommunity(c.Request().Context(), sessionOf(c).ID, id)
}
