package server

import "github.com/labstack/echo/v4"

// mountPages gives the pages their routes.
func (s *Server) mountPages(_ *echo.Group) {}
